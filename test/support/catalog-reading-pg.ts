import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, type SqlResultSet } from '@prisma/driver-adapter-utils';
import pg from 'pg';

/** Behind the name of a column that is of type "char"; no name in PostgreSQL can hold it. */
const MARK = '\0char';
const { CHAR, TEXT }: Record<'CHAR' | 'TEXT', number> = pg.types.builtins;

/**
 * Prisma's adapter for the engine that compares schemas. The engine reads columns of type "char" (a
 * byte; only PostgreSQL's own catalogs have them), which the adapter refuses: here they pass it as
 * text, with a mark, and reach the engine as what they are.
 */
export class CatalogReadingPg extends PrismaPg {
  constructor(pool: pg.Pool) {
    super(pool);
    pool.on('connect', (client) => {
      markCharColumns((client as pg.Client).connection);
    });
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => withCharColumns(await queryRaw(query));
    return adapter;
  }
}

function markCharColumns(connection: pg.Connection): void {
  connection.prependListener(
    'rowDescription',
    ({ fields }: { fields: { name: string; dataTypeID: number }[] }) => {
      for (const field of fields) {
        if (field.dataTypeID !== CHAR) continue;
        field.dataTypeID = TEXT;
        field.name += MARK;
      }
    },
  );
}

function withCharColumns({ columnNames, columnTypes, rows }: SqlResultSet): SqlResultSet {
  return {
    columnNames: columnNames.map((name) => name.replace(MARK, '')),
    columnTypes: columnTypes.map((type, index) =>
      columnNames[index]?.endsWith(MARK) ? ColumnTypeEnum.Character : type,
    ),
    rows,
  };
}
