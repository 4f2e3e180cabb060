import { readFileSync } from 'node:fs';
import type { Collection, Row } from './collection.js';
import { DocumentApi } from './document-api.js';

/** A table that has to come of a document. */
export interface TableCase {
  /** The table's id. */
  wsId: string;
  collection: Collection;
  /** The values of the parameters before the collection, as in `rows`. */
  parents?: string;
  /** What has to become of the record's values: the type of the column, by the value's path. */
  columns: Record<string, string>;
  /** A record to make, as the remote is to have it but for what it adds. */
  create?: Row;
  /** Values to change in a record. */
  update?: Row;
  /** Whether records can be removed. */
  removes?: boolean;
}

/** A document, the server that is like it, and what an import has to make of it. */
export interface ImportCase {
  name: string;
  /** In `documents/`. */
  file: string;
  key: string;
  base: string;
  /** How the document is given. */
  as: 'object' | 'text' | 'url';
  /** The `server` of the import. */
  server?: string;
  tables: TableCase[];
  /** The operations that no table takes, as `METHOD /path`. */
  skipped: string[];
}

export function documentText(file: string): string {
  return readFileSync(new URL(`documents/${file}`, import.meta.url), 'utf8');
}

/** Starts the server of a case. */
export function startCase({ file, key, base, tables }: ImportCase): Promise<DocumentApi> {
  const collections = [...new Set(tables.map(({ collection }) => collection))];
  return DocumentApi.start({ document: documentText(file), collections, key, base });
}
