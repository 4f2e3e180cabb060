import { storable } from '../../common/check-text.js';
import type { Fault } from '../../common/problem.js';
import { type ConnectorCode, writeConnector } from './code/write-connector.js';
import {
  type Imported,
  type ImportedConnector,
  ImportFault,
  type ImportOutcome,
  type ImportTask,
  type SkippedOperation,
} from './import.types.js';
import { CredentialChoice } from './plan/choose-credential.js';
import { TablePlanner } from './plan/plan-tables.js';
import type { TablePlan } from './plan/plan.types.js';
import { expectedAnswers } from './plan/answers/expected-answers.js';
import { jsonOf } from './plan/answers/media-types.js';
import { addressesOf, chooseServer, type Server } from './read/choose-server.js';
import { OperationChoice } from './read/choose-operations.js';
import { textOf } from './read/members.js';
import { labelOf, type Operation } from './read/operation.types.js';
import { parseDocument } from './read/parse-document.js';
import { readOperations } from './read/read-operations.js';
import { References } from './read/references.js';
import { Schemas } from './read/schema-shape.js';

const MAX_NAME = 255;
const MAX_OPERATIONS = 10_000;

/**
 * Makes a connector of an OpenAPI 3.0 or 3.1 or a Swagger 2.0 document. Takes whatever it is given;
 * what keeps a document from being imported is told as faults.
 */
export function importDocument(task: ImportTask): ImportOutcome {
  try {
    return new DocumentImport(task).run();
  } catch (error) {
    if (error instanceof ImportFault) return { faults: [error.fault] };
    // The only recursion without a limit of its own is along references.
    if (error instanceof RangeError)
      return { faults: [faulty('has references that nest too deeply')] };
    throw error;
  }
}

class DocumentImport {
  private readonly references: References;
  private readonly schemas: Schemas;
  private readonly skipped: SkippedOperation[] = [];
  /** Of the operations in the document. */
  private readonly order = new Map<string, number>();

  constructor(private readonly task: ImportTask) {
    this.references = new References(parseDocument(task.document));
    this.schemas = new Schemas(this.references);
    checkVersion(this.references.root);
  }

  run(): ImportOutcome {
    const choice = new OperationChoice(this.task.operations);
    const read = readOperations(this.references, (...named) => choice.takes(...named));
    const faults = choice.faults();
    if (read.operations.length > MAX_OPERATIONS) {
      faults.push(
        faulty(`has more than ${MAX_OPERATIONS} operations; name those to take in operations`),
      );
    }
    if (faults.length > 0) return { faults };
    this.skipped.push(...read.skipped);
    read.operations.forEach((operation, at) => this.order.set(labelOf(operation), at));
    const credentials = CredentialChoice.among(this.references, read.operations);
    const { tables, mapsInCode } = this.plan(read.operations, credentials);
    // Without a table nothing is called.
    if (tables.length === 0) return this.answer({}, undefined);
    const server = this.server(read.operations);
    const here = this.atServer(tables, server);
    const context = {
      baseUrl: server.baseUrl,
      credential: credentials.credential,
      accept: acceptOf(here),
      mapsInCode,
    };
    return this.answer(this.fitting(here, context), server);
  }

  /**
   * The tables. Mappings are by table id, which is not known of tables that lie in others: where
   * these are of several kinds, the code itself maps, with the members of records as columns.
   */
  private plan(operations: Operation[], credentials: CredentialChoice) {
    let planner = new TablePlanner(this.schemas, credentials, true);
    let tables = planner.plan(operations);
    const mapsInCode = tables.filter(({ parents }) => parents.length > 0).length > 1;
    if (mapsInCode) {
      planner = new TablePlanner(this.schemas, credentials, false);
      tables = planner.plan(operations);
    }
    this.skipped.push(...planner.skipped);
    return { tables, mapsInCode };
  }

  private server(operations: readonly Operation[]): Server {
    const others = operations.map(({ servers }) => servers).filter((each) => each !== undefined);
    const { url, server } = this.task;
    return chooseServer({ document: this.references.root, others, url, server });
  }

  /** Those tables whose operations name no other server than the chosen one. */
  private atServer(tables: readonly TablePlan[], server: Server): TablePlan[] {
    if (this.task.server !== undefined) return [...tables];
    const reason = 'is at another server; import it by itself, with that server';
    return this.keep(tables, reason, (table) => {
      return !operationsOf(table).some(({ servers }) => this.isElsewhere(servers, server));
    });
  }

  private isElsewhere(servers: unknown, { baseUrl }: Server): boolean {
    const addresses = addressesOf(servers);
    return (
      addresses.length > 0 &&
      !addresses.some((address) => {
        const resolved = URL.canParse(address, this.task.url)
          ? new URL(address, this.task.url).href
          : address;
        return resolved.replace(/\/+$/, '') === baseUrl;
      })
    );
  }

  /** The code of as many tables as a connector has room for, those that come first in the document. */
  private fitting(
    tables: readonly TablePlan[],
    context: Omit<Parameters<typeof writeConnector>[0], 'tables'>,
  ): ConnectorCode {
    let kept = [...tables];
    for (;;) {
      const written = writeConnector({ ...context, tables: kept });
      if ('code' in written) return { ...written.code, ...expectedAnswers(this.schemas, kept) };
      const room = Math.floor((kept.length / written.excess) * 0.9);
      const first = new Set(kept.slice(0, Math.min(room, kept.length - 1)));
      const reason = 'has no room in the connector; name it in operations to import it apart';
      kept = this.keep(kept, reason, (table) => first.has(table));
    }
  }

  /** Those tables that `isKept` says to keep, and whose parents are kept. */
  private keep(
    tables: readonly TablePlan[],
    reason: string,
    isKept: (table: TablePlan) => boolean,
  ): TablePlan[] {
    return tables.filter((table) => {
      if (isKept(table) && table.parents.every((parent) => isKept(parent.table))) return true;
      for (const operation of operationsOf(table)) {
        this.skipped.push({ operation: labelOf(operation), reason });
      }
      return false;
    });
  }

  private answer(code: ConnectorCode, server: Server | undefined): Imported {
    const title = storable(textOf(this.references.root['info'], 'title') ?? '').trim();
    const connector: ImportedConnector = {
      name: title === '' ? 'Imported API' : cut(title),
      ...(server ? { allowedHosts: [server.allowedHost] } : {}),
      ...code,
    };
    const at = ({ operation }: SkippedOperation): number => this.order.get(operation) ?? -1;
    const inOrder = this.skipped.toSorted((a, b) => at(a) - at(b));
    const skipped = inOrder.map(({ operation, reason }) => ({
      operation: storable(operation),
      reason: storable(reason),
    }));
    return { connector, skipped };
  }
}

function operationsOf({ list, get, create, update, remove }: TablePlan): Operation[] {
  return [list, get, create, update, remove].flatMap((plan) => plan?.operation ?? []);
}

function acceptOf(tables: readonly TablePlan[]): string {
  const types = tables.flatMap(operationsOf).map(({ answer }) => jsonOf(answer?.contents)?.type);
  const named = [...new Set(types)].filter((type) => type !== undefined).slice(0, 5);
  return named.length > 0 ? named.join(', ') : 'application/json';
}

function checkVersion(root: Record<string, unknown>): void {
  // Where YAML has it without quotes, it is a number.
  const version = String(root['openapi'] ?? root['swagger']);
  const known = root['openapi'] === undefined ? /^2(\.0)?$/ : /^3(\.[0-2](\.\d+)?)?/;
  if (!known.test(version)) {
    throw new ImportFault(
      faulty('is neither OpenAPI 3 nor Swagger 2.0: its version says something else'),
    );
  }
}

function cut(text: string): string {
  return text.length > MAX_NAME ? text.slice(0, MAX_NAME).toWellFormed() : text;
}

function faulty(detail: string): Fault {
  return { pointer: '/document', detail };
}
