import { defineConfig } from 'prisma/config';

// `prisma generate` needs no schema engine, but the CLI looks for one and would fetch it from a
// host outside the npm registry. Any executable that is there already keeps it from trying.
if (process.argv.includes('generate')) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
