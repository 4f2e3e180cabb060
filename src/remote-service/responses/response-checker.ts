import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { redactUrl } from '../../egress/redact-url.js';
import { type CheckProcess, CheckProcesses } from './check-processes.js';
import type { CheckAnswer, Expected, FoundFault } from './response-checks.types.js';

const MIB = 1024 * 1024;
/** Of bodies that wait to be checked: in the process, and of one owner. */
const BACKLOG_BYTES = 16 * MIB;
const OWN_BACKLOG_BYTES = 8 * MIB;
/** Of a process's work for one run. */
const RUN_MS = 10_000;
const MAX_FAULTS = 20;
const STOPPED = 'The service was stopped.';

/** How the JSON responses of a run compare with what its connector expects. */
export interface ResponseReport {
  checked: number;
  broken: number;
  /** For these there was no time, or no memory. */
  unchecked: number;
  /** Each kind once; without `request` where the schema itself is at fault. */
  faults: { request?: string; pointer: string; detail: string }[];
  gaveUp?: string;
}

export interface ExpectedOfRun {
  owner: string;
  /** Of the schema: the same name is the same schema. */
  name: string;
  expected: Expected;
  /** A text with the API key taken out. */
  hide: (text: string) => string;
}

/** Holds responses against users' schemas, in processes of their own: schemas and patterns may be hostile. */
@Injectable()
export class ResponseChecker implements OnApplicationShutdown {
  private readonly processes = new CheckProcesses();
  private readonly backlog = new Backlog();

  /** Begins the check of one run's responses. */
  open(expected: ExpectedOfRun): ResponseCheck {
    return new ResponseCheck(expected, this.processes, this.backlog);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.processes.stop();
  }
}

/** The check of one run's responses. It never throws, and drops what it has no room for. */
export class ResponseCheck {
  private readonly report: ResponseReport = { checked: 0, broken: 0, unchecked: 0, faults: [] };
  private readonly kinds = new Set<string>();
  private readonly waiting: { request: string; body: Uint8Array }[] = [];
  private working: Promise<void> | undefined;
  private leftMs: number;
  private unusable = false;

  constructor(
    private readonly run: ExpectedOfRun,
    private readonly processes: CheckProcesses,
    private readonly backlog: Backlog,
    limitMs = RUN_MS,
  ) {
    this.leftMs = limitMs;
  }

  /** Takes a copy of a response, where it is JSON and a success. */
  take(request: EgressRequest, response: EgressResponse): void {
    if (!isExpectedKind(response)) return;
    const { body, url } = response;
    if (this.hopeless || !this.backlog.reserve(this.run.owner, body.length)) {
      this.report.unchecked += 1;
      return;
    }
    this.waiting.push({ request: `${request.method} ${redactUrl(url)}`, body });
    this.working ??= this.work();
  }

  /** Resolves once all that was taken is checked or given up. */
  async finish(): Promise<ResponseReport> {
    while (this.working) await this.working;
    return this.report;
  }

  private get hopeless(): boolean {
    return this.unusable || this.report.gaveUp !== undefined;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0 && !this.hopeless) {
      await this.processes
        .use(this.run.owner, (checking) => this.checkAll(checking))
        .catch(() => {
          this.giveUp(STOPPED);
        });
    }
    for (const { body } of this.waiting.splice(0)) {
      this.backlog.release(this.run.owner, body.length);
      this.report.unchecked += 1;
    }
    // Not by the promise: what is taken before its callbacks run would be left lying.
    this.working = undefined;
  }

  private async checkAll(checking: CheckProcess): Promise<void> {
    await this.prepare(checking);
    for (let next = this.waiting[0]; next && !this.hopeless; next = this.waiting[0]) {
      this.waiting.shift();
      const bytes = next.body.length;
      const answer = await this.ask(checking, { body: next.body });
      this.backlog.release(this.run.owner, bytes);
      this.note(next.request, answer);
    }
  }

  private async prepare(checking: CheckProcess): Promise<void> {
    const { expected, name } = this.run;
    if (checking.schema === name) return;
    checking.schema = undefined;
    const answer = await this.ask(checking, { expected });
    if ('ready' in answer) checking.schema = name;
    else if ('gaveUp' in answer) this.giveUp(answer.gaveUp);
    else if ('unusable' in answer) {
      this.unusable = true;
      const detail = `The schema cannot be used: ${answer.unusable}`;
      this.report.faults.push({ pointer: '', detail });
    }
  }

  private async ask(checking: CheckProcess, task: Parameters<CheckProcess['ask']>[0]) {
    const began = performance.now();
    const answer = await checking.ask(task, this.leftMs);
    // A timer may fire a little early.
    this.leftMs = Math.max(this.leftMs - (performance.now() - began), 1);
    return answer;
  }

  private note(request: string, answer: CheckAnswer): void {
    if (!('faults' in answer)) {
      this.report.unchecked += 1;
      if ('gaveUp' in answer) this.giveUp(answer.gaveUp);
      return;
    }
    this.report.checked += 1;
    if (answer.faults.length > 0) this.report.broken += 1;
    for (const fault of answer.faults) this.tell(request, fault);
  }

  private tell(request: string, { pointer, detail, kind }: FoundFault): void {
    if (this.report.faults.length >= MAX_FAULTS || this.kinds.has(kind)) return;
    this.kinds.add(kind);
    const { hide } = this.run;
    this.report.faults.push({
      request: hide(request),
      pointer: hide(pointer),
      detail: hide(detail),
    });
  }

  private giveUp(reason: string): void {
    this.report.gaveUp ??= reason;
  }
}

/** Counts the bytes of bodies that wait to be checked. */
export class Backlog {
  private bytes = 0;
  private readonly own = new Map<string, number>();

  /** False where there is no room for so many more. */
  reserve(owner: string, bytes: number): boolean {
    const own = (this.own.get(owner) ?? 0) + bytes;
    if (own > OWN_BACKLOG_BYTES || this.bytes + bytes > BACKLOG_BYTES) return false;
    this.own.set(owner, own);
    this.bytes += bytes;
    return true;
  }

  release(owner: string, bytes: number): void {
    const own = (this.own.get(owner) ?? 0) - bytes;
    if (own > 0) this.own.set(owner, own);
    else this.own.delete(owner);
    this.bytes -= bytes;
  }
}

function isExpectedKind({ status, headers, body }: EgressResponse): boolean {
  if (status < 200 || status > 299 || body.length === 0) return false;
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type);
}
