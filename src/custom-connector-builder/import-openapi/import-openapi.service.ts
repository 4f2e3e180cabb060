import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InvalidRequestError } from '../../common/request.errors.js';
import { TaskProcesses } from '../../common/task-processes.js';
import { packageRoot } from '../../config/package-root.js';
import { AddressPolicy } from '../../egress/address-policy.js';
import { fetchDocument } from './fetch-document.js';
import { ImportBusyError } from './import-openapi.errors.js';
import type { Imported, ImportOutcome, ImportTask } from './import.types.js';

const HEAP_MB = 512;
const PROCESSES = 2;
const IMPORT_MS = 10_000;
/** Each holds a document of up to 25 MiB. */
const MOST_WAITING = 20;

const WHY_NOT = {
  time: 'takes too long to read',
  ended: 'takes too much memory to read',
  unsendable: 'is nested too deeply',
} as const;

/** What a caller asks to be imported: a document, or where it is. */
export type ImportRequest = Omit<ImportTask, 'document'> & { document?: unknown };

/** Makes connectors of OpenAPI documents, in processes of their own: a document may be hostile. */
@Injectable()
export class ImportOpenApiService implements OnApplicationShutdown {
  private readonly processes = new TaskProcesses<ImportTask, ImportOutcome>({
    ...{ program: programFile(), heapMb: HEAP_MB, size: PROCESSES },
  });
  private underWay = 0;

  constructor(private readonly policy: AddressPolicy) {}

  /** The connector that a document makes. Throws a ProblemError that says why there is none. */
  async import(userId: string, request: ImportRequest): Promise<Imported> {
    if (this.underWay >= MOST_WAITING) throw new ImportBusyError();
    this.underWay += 1;
    try {
      return await this.run(userId, await this.taskOf(request));
    } finally {
      this.underWay -= 1;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.processes.stop();
  }

  private async taskOf({ document, url, server, operations }: ImportRequest): Promise<ImportTask> {
    const asked = { ...(server ? { server } : {}), ...(operations ? { operations } : {}) };
    if (!url) return { document, ...asked };
    const fetched = await fetchDocument(this.policy, url);
    return { document: fetched.text, url: fetched.url, ...asked };
  }

  private async run(userId: string, task: ImportTask): Promise<Imported> {
    const outcome = await this.processes.use(userId, (process) => process.ask(task, IMPORT_MS));
    const place = task.url === undefined ? '/document' : '/url';
    if ('failed' in outcome) {
      throw new InvalidRequestError([{ pointer: place, detail: WHY_NOT[outcome.failed] }]);
    }
    const { answer } = outcome;
    if (!('faults' in answer)) return answer;
    const faults = answer.faults.map(({ pointer = '', ...fault }) => ({
      ...fault,
      pointer: pointer.replace(/^\/document/, place),
    }));
    throw new InvalidRequestError(faults);
  }
}

/** The compiled program of a process. From sources that are not compiled, the built one. */
function programFile(): string {
  const beside = fileURLToPath(new URL('./import-worker.js', import.meta.url));
  const built = 'dist/custom-connector-builder/import-openapi/import-worker.js';
  return existsSync(beside) ? beside : join(packageRoot(), built);
}
