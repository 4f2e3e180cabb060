/** An error as the log has it. */
export interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: DescribedError;
}

const MOST_CAUSES = 5;
const MOST_TEXT = 4_000;

/**
 * An error with its name, message, code, stack and causes, and nothing else: libraries hang requests with
 * their headers, answers and rows on theirs.
 */
export function describeError(error: unknown, withStack = true, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: clip(String(error)) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: clip(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(withStack && error.stack !== undefined ? { stack: clip(error.stack) } : {}),
    ...(error.cause !== undefined && depth < MOST_CAUSES
      ? { cause: describeError(error.cause, withStack, depth + 1) }
      : {}),
  };
}

function clip(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
