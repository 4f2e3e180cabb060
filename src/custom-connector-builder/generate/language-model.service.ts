import { Injectable } from '@nestjs/common';
import type { LanguageModel, ModelMessage } from 'ai';
import { Settings } from '../../config/settings.js';
import { ProblemError } from '../../common/problem.js';
import {
  ModelEmptyError,
  ModelFailedError,
  ModelRateLimitedError,
  ModelRefusedError,
  ModelTooLongError,
  NoModelError,
} from './generate.errors.js';
import { modelFetch } from './model-fetch.js';

const OPENAI_URL = 'https://api.openai.com/v1';
/** After 429 and 5xx it is asked again, with growing delays or as `Retry-After` says. */
const RETRIES = 2;
/** Anthropic's API wants a limit; a function and the thoughts before it have less. */
const MOST_TOKENS = 16_384;

/** What was said so far; the first and the last are the user's. */
export type Conversation = { role: 'user' | 'assistant'; content: string }[];

/** The language model that the settings name. */
@Injectable()
export class LanguageModelService {
  private model: Promise<LanguageModel> | undefined;

  constructor(private readonly settings: Settings) {}

  /** Throws a NoModelError where settings are missing. */
  require(): void {
    const { AI_PROVIDER, AI_MODEL, AI_API_KEY } = this.settings;
    const missing = [
      ...(AI_PROVIDER ? [] : ['AI_PROVIDER']),
      ...(AI_MODEL ? [] : ['AI_MODEL']),
      // Servers of one's own that speak OpenAI's protocol often want none.
      ...(AI_API_KEY || AI_PROVIDER === 'openai-compatible' ? [] : ['AI_API_KEY']),
    ];
    if (missing.length > 0) throw new NoModelError(missing);
  }

  /**
   * What the model answers. Throws a ProblemError of its own kind where there is no answer to be
   * had, and the signal's reason where that fires.
   */
  async ask(system: string, messages: Conversation, signal: AbortSignal): Promise<string> {
    this.require();
    // Loaded with the first question: it takes a third of a second, and most services never ask.
    const { generateText } = await import('ai');
    this.model ??= this.open();
    try {
      const { text, finishReason } = await generateText({
        model: await this.model,
        system,
        messages: messages satisfies ModelMessage[],
        maxRetries: RETRIES,
        abortSignal: signal,
        ...(this.settings.AI_PROVIDER === 'anthropic' ? { maxOutputTokens: MOST_TOKENS } : {}),
      });
      if (finishReason === 'content-filter') throw new ModelRefusedError();
      if (finishReason === 'length') {
        throw new ModelTooLongError('The language model’s answer was cut off at its own limit.');
      }
      if (text.trim() === '') throw new ModelEmptyError();
      return text;
    } catch (error) {
      signal.throwIfAborted();
      throw await explain(error);
    }
  }

  private async open(): Promise<LanguageModel> {
    // Its warnings go to the console, past the log.
    globalThis.AI_SDK_LOG_WARNINGS = false;
    const { AI_PROVIDER, AI_MODEL = '', AI_API_KEY, AI_BASE_URL } = this.settings;
    const key = AI_API_KEY ? { apiKey: AI_API_KEY } : {};
    if (AI_PROVIDER === 'anthropic') {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      const url = AI_BASE_URL ? { baseURL: AI_BASE_URL } : {};
      return createAnthropic({ ...key, ...url, fetch: modelFetch })(AI_MODEL);
    }
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const baseURL = AI_BASE_URL ?? OPENAI_URL;
    return createOpenAICompatible({ name: 'model', baseURL, ...key, fetch: modelFetch })(AI_MODEL);
  }
}

/** A failure of the library, as a problem that holds nothing of what the server or the library said. */
async function explain(error: unknown): Promise<Error> {
  const { APICallError, RetryError } = await import('ai');
  const last = RetryError.isInstance(error) ? error.lastError : error;
  const own = causes(last).find((cause) => cause instanceof ProblemError);
  if (own) return own;
  if (!APICallError.isInstance(last)) {
    return new ModelFailedError('The language model’s server gave no usable answer.', error);
  }
  const { statusCode, responseHeaders } = last;
  if (statusCode === 429 || statusCode === 529) {
    return new ModelRateLimitedError(seconds(responseHeaders?.['retry-after']));
  }
  if (statusCode === undefined) {
    return new ModelFailedError('The language model’s server can’t be reached.', error);
  }
  if (statusCode === 200) {
    return new ModelFailedError('The language model’s server gave no usable answer.', error);
  }
  const hint = [401, 403, 404].includes(statusCode)
    ? ' AI_BASE_URL, AI_API_KEY or AI_MODEL may be wrong.'
    : '';
  const detail = `The language model’s server answered with the status ${statusCode}.${hint}`;
  return new ModelFailedError(detail, error);
}

function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error; at instanceof Error && found.length < 10; at = at.cause) found.push(at);
  return found;
}

function seconds(header: string | undefined): string | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? header : undefined;
}
