import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as Engine from '@prisma/schema-engine-wasm';
import pg, { type PoolConfig } from 'pg';
import { packageRoot } from '../config/package-root.js';

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Prisma's schema engine, built for WASM. The engine that Prisma's command line would use is a
 * binary from outside the npm registry; this one comes from the registry and does the same work.
 */
export class SchemaEngine {
  private constructor(
    private readonly engine: Engine.SchemaEngine,
    private readonly pool: pg.Pool,
  ) {}

  /** `adapterOf` makes Prisma's adapter; another one is needed to compare a database. */
  static async connect(
    connection: PoolConfig,
    adapterOf = (pool: pg.Pool) => new PrismaPg(pool),
  ): Promise<SchemaEngine> {
    const { SchemaEngine: WasmEngine } = await load();
    // The engine never closes what its adapter opened, so that the pool is kept in hand here.
    const pool = new pg.Pool(connection);
    pool.on('error', () => undefined);
    const adapter = bindMigrationAwareSqlAdapterFactory(adapterOf(pool));
    const schema = await schemaFile();
    const engine = await WasmEngine.new(
      { datamodels: [[schema.path, schema.content]] },
      () => undefined,
      adapter,
    );
    return new SchemaEngine(engine, pool);
  }

  /** Applies the migrations that the database lacks, in order; gives their names. */
  async applyMigrations(): Promise<string[]> {
    const migrationsList = await migrations();
    const { appliedMigrationNames } = await this.engine.applyMigrations({
      migrationsList,
      filters: NO_FILTERS,
    });
    return appliedMigrationNames;
  }

  /** The SQL that would bring an empty database, or this one, to the schema; a comment if none. */
  async scriptToSchema(from: 'empty' | 'database'): Promise<string> {
    const schema = await schemaFile();
    const files = { files: [schema] };
    const { stdout } = await this.engine.diff({
      from:
        from === 'empty'
          ? { tag: 'empty' }
          : { tag: 'schemaDatasource', ...files, configDir: dirname(schema.path) },
      to: { tag: 'schemaDatamodel', ...files },
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    });
    return stdout ?? '';
  }

  async close(): Promise<void> {
    this.engine.free();
    await this.pool.end();
  }
}

let loading: Promise<typeof Engine> | undefined;

/** The package leaves the instantiation of its WASM to a bundler; this does what one would. */
function load(): Promise<typeof Engine> {
  loading ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
    const module = new WebAssembly.Module(
      await readFile(join(dirname(entry), 'schema_engine_bg.wasm')),
    );
    const bindings =
      (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as typeof Engine & {
        __wbg_set_wasm: (exports: WebAssembly.Exports) => void;
      };
    const instance = new WebAssembly.Instance(module, {
      './schema_engine_bg.js': withoutLingeringTimers(bindings),
    });
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return bindings;
  })();
  return loading;
}

/**
 * The engine leaves the timer of its own ten-second lock limit running when it is done; here it
 * does not keep a process alive.
 */
function withoutLingeringTimers(bindings: object): WebAssembly.ModuleImports {
  const timers = Object.keys(bindings)
    .filter((name) => name.startsWith('__wbg_setTimeout_'))
    .map((name) => [name, (call: () => void, ms: number) => setTimeout(call, ms >>> 0).unref()]);
  return { ...bindings, ...Object.fromEntries(timers) } as WebAssembly.ModuleImports;
}

async function schemaFile(): Promise<Engine.SchemaContainer> {
  const path = join(packageRoot(), 'prisma', 'schema.prisma');
  return { path, content: await readFile(path, 'utf8') };
}

const baseDir = join(packageRoot(), 'prisma', 'migrations');

/** The names of the migrations that there are, in order. */
export async function migrationNames(): Promise<string[]> {
  return (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function migrations(): Promise<Engine.MigrationList> {
  const folders = await migrationNames();
  const lockfile = 'migration_lock.toml';
  return {
    baseDir,
    lockfile: { path: lockfile, content: await readFile(join(baseDir, lockfile), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      folders.map(async (path) => ({
        path,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(join(baseDir, path, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  };
}
