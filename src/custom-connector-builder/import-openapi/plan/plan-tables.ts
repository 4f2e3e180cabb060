import type { SkippedOperation } from '../import.types.js';
import { labelOf, type Operation } from '../read/operation.types.js';
import { UnusableError } from '../read/references.js';
import type { Schemas } from '../read/schema-shape.js';
import type { CredentialChoice } from './choose-credential.js';
import { explainSpare } from './explain-spare.js';
import { findId } from './records/find-id.js';
import type { RecordList } from './records/find-records.js';
import { fixedParameters } from './fixed-parameters.js';
import { type Collection, groupOperations, singularPath } from './group-operations.js';
import { jsonOf } from './answers/media-types.js';
import { ListFinder } from './records/list-finder.js';
import { depthOf, namesOf, parentsFirst } from './nested-tables.js';
import { parametersOf } from './path-template.js';
import { planFields } from './records/plan-fields.js';
import { PagingPlanner } from './paging/plan-paging.js';
import { findEnvelope, planBody, planCreatedId, type WrittenTable } from './plan-writes.js';
import type {
  CallPlan,
  CreatePlan,
  GetPlan,
  ParentPlan,
  TablePlan,
  UpdatePlan,
} from './plan.types.js';

/** What lies deeper would take more requests to list than a run may make. */
const MOST_PARENTS = 2;

/** The tables that operations make up; what is of no use to them goes to `skipped`. */
export class TablePlanner {
  readonly skipped: SkippedOperation[] = [];
  private readonly lists: ListFinder;
  /** By the segments of their lists, also with the last one in singular. */
  private readonly tables = new Map<string, TablePlan>();

  constructor(
    private readonly schemas: Schemas,
    private readonly credentials: CredentialChoice,
    /** Whether small objects in records become columns of their own. */
    private readonly flat: boolean,
  ) {
    this.lists = new ListFinder(schemas);
  }

  plan(operations: readonly Operation[]): TablePlan[] {
    const collections = groupOperations(
      operations,
      (operation) => typeof this.lists.recordsOf(operation) !== 'string',
      (operation, reason) => {
        this.skip(operation, reason ?? explainSpare(operation, this.lists.recordsOf(operation)));
      },
    );
    const names = namesOf(collections);
    const planned = new Map<Collection, TablePlan>();
    // Parents come before what they hold.
    const byDepth = collections.toSorted((a, b) => depthOf(a) - depthOf(b));
    for (const collection of byDepth) {
      const name = names.get(collection) ?? '';
      const table = this.attempt(collection.list, () => this.tableOf(collection, name));
      if (table) {
        planned.set(collection, table);
        this.tables.set(collection.base.join('/'), table);
        const singular = singularPath(collection.base);
        if (!this.tables.has(singular)) this.tables.set(singular, table);
      } else {
        for (const operation of restOf(collection)) {
          this.skip(operation, 'is about records that the connector has no list of');
        }
      }
    }
    return parentsFirst(collections.flatMap((collection) => planned.get(collection) ?? []));
  }

  private tableOf(collection: Collection, name: string): TablePlan {
    const { list, base } = collection;
    const records = this.lists.recordsOf(list) as RecordList;
    const parents = this.parentsOf(collection);
    const word = base.at(-1) ?? '';
    const ofItem = collection.get ?? collection.update ?? collection.remove;
    const parameter = ofItem && parametersOf(ofItem.path).at(-1);
    const id = findId(this.schemas, records.schema, word, parameter);
    if (id === undefined && !records.keyed) {
      throw new UnusableError('lists records in which nothing is recognised as an id');
    }
    const fields = planFields(this.schemas, records.schema, this.flat);
    const table: WrittenTable = { word, fields, id, record: records.schema, flat: this.flat };
    const kind = [...parents.map((parent) => parent.table.name), name].join('/');
    return {
      ...{ name, kind, parents, records, id, fields, list: this.listOf(list, records, id) },
      ...this.writesOf(collection, table),
    };
  }

  /** The tables whose records stand in a collection's path, the outermost first. */
  private parentsOf({ list, base }: Collection): ParentPlan[] {
    const at = base.lastIndexOf('{}');
    if (at < 0) return [];
    const parameter = parametersOf(list.path).at(-1) ?? '';
    const above = base.slice(0, at);
    const table = this.tables.get(above.join('/')) ?? this.tables.get(singularPath(above));
    const word = above.at(-1) ?? '';
    const value = table && findId(this.schemas, table.records.schema, word, parameter);
    if (!table || value === undefined) {
      throw new UnusableError(
        `needs the path parameter ${parameter}, which no listed collection gives`,
      );
    }
    if (table.parents.length >= MOST_PARENTS) {
      throw new UnusableError(`lies more than ${MOST_PARENTS} collections deep`);
    }
    return [...table.parents, { table, value }];
  }

  private listOf(list: Operation, records: RecordList, id: string | undefined): TablePlan['list'] {
    const media = jsonOf(list.answer?.contents);
    const paging = new PagingPlanner(this.schemas, list, media?.schema, records, id).plan();
    const call = this.callOf(list, paging.used);
    call.fixed.query.push(...paging.query);
    return { ...call, paging };
  }

  private writesOf(
    { get, create, update, remove }: Collection,
    table: WrittenTable,
  ): Pick<TablePlan, 'get' | 'create' | 'update' | 'remove'> {
    const plans = {
      get: get && this.attempt(get, () => this.getOf(get, table)),
      create: create && this.attempt(create, () => this.createOf(create, table)),
      update: update && this.attempt(update, () => this.updateOf(update, table)),
      remove: remove && this.attempt(remove, () => this.callOf(remove)),
    };
    return Object.fromEntries(Object.entries(plans).filter(([, plan]) => plan !== undefined));
  }

  private getOf(operation: Operation, table: WrittenTable): GetPlan {
    const media = jsonOf(operation.answer?.contents);
    if (!media) throw new UnusableError('has no JSON answer that is described');
    const envelope = findEnvelope(this.schemas, media.schema, table);
    if (!envelope) throw new UnusableError('answers no record with the id that the list has');
    return { ...this.callOf(operation), envelope };
  }

  private createOf(operation: Operation, table: WrittenTable): CreatePlan {
    const body = planBody(this.schemas, operation, table);
    const id = planCreatedId(this.schemas, operation, table, body);
    return { ...this.callOf(operation), body, id };
  }

  private updateOf(operation: Operation, table: WrittenTable): UpdatePlan {
    return { ...this.callOf(operation), body: planBody(this.schemas, operation, table) };
  }

  private callOf(operation: Operation, given: ReadonlySet<string> = new Set()): CallPlan {
    const open = this.credentials.isOpen(operation);
    const { credential } = this.credentials;
    const keyed = credential && 'name' in credential ? [credential.name] : [];
    const fixed = fixedParameters(this.schemas, operation, new Set([...given, ...keyed]));
    return { operation, open, fixed };
  }

  /** What is made of an operation; where it can't be used, that is told as the reason. */
  private attempt<T>(operation: Operation, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof UnusableError)) throw error;
      this.skip(operation, error.message);
      return undefined;
    }
  }

  private skip(operation: Operation, reason: string): void {
    this.skipped.push({ operation: labelOf(operation), reason });
  }
}

function restOf({ get, create, update, remove }: Collection): Operation[] {
  return [get, create, update, remove].filter((operation) => operation !== undefined);
}
