import { Injectable, Logger } from '@nestjs/common';
import { OwnerSlots } from '../../common/owner-slots.js';
import { InvalidRequestError, RequestTimeoutError } from '../../common/request.errors.js';
import { Settings } from '../../config/settings.js';
import { CustomConnectorService } from '../../custom-connector/custom-connector.service.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import { ContractChecks, type Purpose, runsLive } from './contract-checks.service.js';
import { GenerationTimeError, NoFunctionError } from './generate.errors.js';
import type { Check, FailedCheck, Generated } from './generate.types.js';
import { type Conversation, LanguageModelService } from './language-model.service.js';
import { readAnswer } from './read-answer.js';
import { SYSTEM_PROMPT } from './system-prompt.js';
import { evidencePrompt, taskPrompt } from './task-prompt.js';
import { TrialTargets } from './trial-targets.service.js';

/** So often a failed check goes back to the model. */
const MOST_RETURNS = 3;
const GENERATIONS_OF_A_USER = 2;

export interface GenerateRequest {
  prompt?: string;
  connectorId?: string;
  /** Fires when the client goes away. */
  gone: AbortSignal;
}

/** Has a language model write functions, and offers what stood its checks. */
@Injectable()
export class GenerateService {
  private readonly logger = new Logger('Generate');
  private readonly turns = new OwnerSlots(GENERATIONS_OF_A_USER);

  constructor(
    private readonly settings: Settings,
    private readonly connectors: CustomConnectorService,
    private readonly model: LanguageModelService,
    private readonly targets: TrialTargets,
    private readonly contract: ContractChecks,
  ) {}

  /**
   * A function of that name, and how it stood its checks: where some failed to the end, the last one
   * that can be kept at all. Throws one of GENERATE_PROBLEMS where there is none.
   */
  async generate(
    userId: string,
    functionName: FunctionName,
    { prompt, connectorId, gone }: GenerateRequest,
  ): Promise<Generated> {
    const stored =
      connectorId === undefined ? null : await this.connectors.forRun(userId, connectorId);
    const asked = prompt ?? stored?.definition.prompt ?? '';
    if (asked.trim() === '') {
      const detail = stored ? 'is needed: the connector has none' : 'must not be empty';
      throw new InvalidRequestError([{ pointer: '/prompt', detail }]);
    }
    this.model.require();
    const seconds = this.settings.AI_TIMEOUT_SECONDS;
    const timeout = AbortSignal.timeout(seconds * 1000);
    const signal = AbortSignal.any([gone, timeout]);
    try {
      return await this.turns.in(userId, signal, async () => {
        const live = stored !== null && runsLive(functionName, stored);
        const target = live ? await this.targets.find(stored, functionName, signal) : null;
        return this.converse({ userId, functionName, stored, target }, asked, signal);
      });
    } catch (error) {
      if (timeout.aborted) throw new GenerationTimeError(seconds);
      throw gone.aborted ? new RequestTimeoutError() : error;
    }
  }

  private async converse(
    purpose: Purpose,
    prompt: string,
    signal: AbortSignal,
  ): Promise<Generated> {
    const { functionName, stored } = purpose;
    const task = taskPrompt(functionName, prompt, stored?.definition ?? null);
    const messages: Conversation = [{ role: 'user', content: task }];
    let offered: Generated | undefined;
    for (let returns = 0; ; returns++) {
      const answer = await this.model.ask(SYSTEM_PROMPT, messages, signal);
      const { code, checks } = await this.checked(purpose, answer, signal);
      signal.throwIfAborted();
      const told = checks.map(withoutEvidence);
      if (code !== undefined) offered = { function: code, checks: told };
      const failure = checks.find((check) => check.status === 'failed');
      this.logger.log({ function: functionName, returns, failed: failure?.name ?? null });
      if (offered && !failure) return offered;
      if (!failure || returns === MOST_RETURNS) {
        if (offered) return offered;
        throw new NoFunctionError(functionName, told);
      }
      messages.push(
        { role: 'assistant', content: answer },
        { role: 'user', content: evidencePrompt(functionName, failure as FailedCheck) },
      );
    }
  }

  /** The code in an answer, where it can be kept, and its checks up to the first that failed. */
  private async checked(
    purpose: Purpose,
    answer: string,
    signal: AbortSignal,
  ): Promise<{ code?: string; checks: (Check | FailedCheck)[] }> {
    const read = await readAnswer(answer, purpose.functionName);
    if (read.kind === 'none') {
      return { checks: [{ name: 'answer', status: 'failed', detail: read.detail }] };
    }
    const checks: Check[] = [{ name: 'answer', status: 'passed' }];
    const [fault] = read.faults;
    if (fault) return { checks: [...checks, { name: 'source', status: 'failed', ...fault }] };
    checks.push({ name: 'source', status: 'passed' });
    const ran = await this.contract.check(purpose, read.code, signal);
    return { code: read.code, checks: [...checks, ...ran] };
  }
}

function withoutEvidence(check: Check | FailedCheck): Check {
  const { name, status, detail, line, column } = check;
  return {
    ...{ name, status },
    ...(detail === undefined ? {} : { detail }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
