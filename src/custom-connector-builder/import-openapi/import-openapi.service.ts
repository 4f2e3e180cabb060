import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InvalidRequestError, MalformedRequestError } from '../../common/request.errors.js';
import { TaskProcesses } from '../../common/task-processes.js';
import { packageRoot } from '../../config/package-root.js';
import { AddressPolicy } from '../../egress/address-policy.js';
import { fetchDocument } from './fetch-document.js';
import { ImportBusyError } from './import-openapi.errors.js';
import type { Imported, WorkerAnswer, WorkerTask } from './import.types.js';

const HEAP_MB = 512;
const PROCESSES = 2;
const IMPORT_MS = 10_000;
/** Each holds a document of up to 25 MiB. */
const MOST_WAITING = 20;
const MOST_WAITING_OF_A_USER = 5;

const WHY_NOT = {
  time: 'takes too long to read',
  ended: 'takes too much memory to read',
  unsendable: 'can’t be read',
} as const;

/** Makes connectors of OpenAPI documents, in processes of their own: a document may be hostile. */
@Injectable()
export class ImportOpenApiService implements OnApplicationShutdown {
  private readonly processes = new TaskProcesses<WorkerTask, WorkerAnswer>({
    ...{ program: programFile(), heapMb: HEAP_MB, size: PROCESSES },
  });
  /** The user of each import that is under way. */
  private readonly underWay: string[] = [];

  constructor(private readonly policy: AddressPolicy) {}

  /** The connector that a request's body asks for. Throws a ProblemError that says why there is none. */
  async import(userId: string, body: Uint8Array): Promise<Imported> {
    const own = this.underWay.filter((user) => user === userId).length;
    if (this.underWay.length >= MOST_WAITING || own >= MOST_WAITING_OF_A_USER) {
      throw new ImportBusyError();
    }
    this.underWay.push(userId);
    try {
      const answer = await this.ask(userId, { body });
      if (!('fetch' in answer)) return importedOf(answer, '/document');
      const { url, ...asked } = answer.fetch;
      const fetched = await fetchDocument(this.policy, url);
      const task = { ...asked, url: fetched.url, fetched: fetched.body };
      return importedOf(await this.ask(userId, task), '/url');
    } finally {
      this.underWay.splice(this.underWay.indexOf(userId), 1);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.processes.stop();
  }

  private async ask(userId: string, task: WorkerTask): Promise<WorkerAnswer> {
    const outcome = await this.processes.use(userId, (process) => process.ask(task, IMPORT_MS));
    if (!('failed' in outcome)) return outcome.answer;
    return { faults: [{ pointer: '/document', detail: WHY_NOT[outcome.failed] }] };
  }
}

/** `place` is where the document came from. */
function importedOf(answer: WorkerAnswer, place: '/document' | '/url'): Imported {
  if ('malformed' in answer) throw new MalformedRequestError(answer.malformed);
  if ('connector' in answer) return answer;
  const faults = 'faults' in answer ? answer.faults : [];
  throw new InvalidRequestError(
    faults.map(({ pointer, ...fault }) => ({
      ...fault,
      ...(pointer === undefined ? {} : { pointer: pointer.replace(/^\/document/, place) }),
    })),
  );
}

/** The compiled program of a process. From sources that are not compiled, the built one. */
function programFile(): string {
  const beside = fileURLToPath(new URL('./import-worker.js', import.meta.url));
  const built = 'dist/custom-connector-builder/import-openapi/import-worker.js';
  return existsSync(beside) ? beside : join(packageRoot(), built);
}
