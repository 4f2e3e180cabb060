import { Injectable } from '@nestjs/common';
import { joinId } from '../../common/entity-id.js';
import { ProblemError } from '../../common/problem.js';
import { mappingFor } from '../../custom-connector/mapping-for.js';
import { pagesTooLarge } from '../trial/page-collection.js';
import { TrialService } from '../trial/trial.service.js';
import type { TrialReport } from '../trial/trial.types.js';
import { type UnsavedSource, UnsavedService } from '../trial/unsaved.service.js';
import { tableParts } from './check-trial.js';
import type { ExecuteBody } from './execute.types.js';

export interface ExecuteOptions {
  trace?: boolean;
  signal: AbortSignal;
}

/** Runs functions that are not saved, for whoever writes them. */
@Injectable()
export class ExecuteService {
  constructor(
    private readonly unsaved: UnsavedService,
    private readonly trials: TrialService,
  ) {}

  /** The JSON text of the answer. Throws a ProblemError, with the trace among its members if asked. */
  async execute(
    userId: string,
    body: ExecuteBody,
    { trace = false, signal }: ExecuteOptions,
  ): Promise<string> {
    const { functionName, recordId, recordData } = body;
    const unsaved = await this.unsaved.open(userId, sourceOf(body));
    const tableId = body.tableId === undefined ? undefined : tableParts(body.tableId);
    const { definition } = unsaved.connector;
    const report = await this.trials.try(unsaved, {
      ...{ functionName, signal },
      mapping: body.mapping ?? mappingFor(definition, joinId(tableId ?? [])),
      ...(tableId === undefined ? {} : { tableId }),
      ...(recordId === undefined ? {} : { recordId }),
      ...(recordData === undefined ? {} : { recordData }),
    });
    return answerOf(report, { functionName, runId: report.trace.runId }, trace);
  }
}

function sourceOf(body: ExecuteBody): UnsavedSource {
  const { functionName, sourceProperty, connectorId, apiKey, allowedHosts } = body;
  return {
    functionName,
    source: body[sourceProperty] ?? '',
    ...(connectorId ? { connectorId } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
  };
}

function answerOf(
  { result = 'null', problem, trace }: TrialReport,
  run: { functionName: string; runId: string },
  traced: boolean,
): string {
  if (problem) throw traced ? withTrace(problem, trace) : problem;
  if (traced) return `{"result":${result},"trace":${JSON.stringify(trace)}}`;
  if (trace.pagesLeftOut) throw pagesTooLarge(run);
  return result;
}

function withTrace(problem: ProblemError, trace: object): ProblemError {
  const { type, detail, errors, members, headers } = problem;
  return new ProblemError(type, detail, {
    ...{ members: { ...members, trace }, headers },
    ...(errors ? { errors } : {}),
  });
}
