import { AsyncLocalStorage } from 'node:async_hooks';

/** What each line of the log says of the request or job that it belongs to. */
export type LogContext = Record<string, unknown>;

const contexts = new AsyncLocalStorage<LogContext>();

/** Does work whose lines in the log all carry these fields, and what is added to them meanwhile. */
export function inLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run(context, work);
}

/** Adds fields to the lines of the request or job under way; nothing outside of any. */
export function addToLog(fields: LogContext): void {
  const context = contexts.getStore();
  if (context) Object.assign(context, fields);
}

/** The fields of what is under way. */
export function logContext(): LogContext {
  return contexts.getStore() ?? {};
}
