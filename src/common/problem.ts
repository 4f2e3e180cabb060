/** One thing that is wrong with what was sent: where, and why. */
export interface Fault {
  /** RFC 6901 pointer into the body. */
  pointer?: string;
  /** The name of a query parameter. */
  parameter?: string;
  /** The name of a request header. */
  header?: string;
  detail: string;
  /** 1-based, into a source that the pointer names. */
  line?: number;
  column?: number;
}

/** A kind of failure that callers can rely on: its code never changes its meaning. */
export interface ProblemType {
  code: string;
  status: number;
  title: string;
}

const types = new Map<string, ProblemType>();

/** Declares a kind of failure. Each code is declared once, in the whole service. */
export function problemType(code: string, status: number, title: string): ProblemType {
  if (types.has(code)) throw new Error(`The problem type ${code} is declared twice.`);
  const type = { code, status, title };
  types.set(code, type);
  return type;
}

/** Every kind of failure declared so far, by code. */
export function problemTypes(): ProblemType[] {
  return [...types.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

export interface ProblemOptions {
  errors?: Fault[];
  /** Further members of the problem document, beside the standard ones. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
}

/**
 * A failure that is told to the caller as it is, as an RFC 9457 problem document. Its texts reach
 * the client: they hold no stack, no SQL, no secret and no path.
 */
export class ProblemError extends Error {
  readonly errors: Fault[] | undefined;
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(
    readonly type: ProblemType,
    readonly detail: string,
    options: ProblemOptions = {},
  ) {
    super(`${type.code}: ${detail}`, { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }
}

/** The RFC 9457 document of a problem, as it is sent. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  requestId: string;
  errors?: Fault[];
  [member: string]: unknown;
}

/**
 * The document for a problem. `instance` names this one occurrence by the request's id and not by
 * its path, so that the answers for a foreign id and for an unknown one are the same.
 */
export function problemDocument(problem: ProblemError, requestId: string): ProblemDocument {
  return {
    type: `/docs/errors#${problem.type.code}`,
    title: problem.type.title,
    status: problem.type.status,
    detail: problem.detail,
    instance: `urn:uuid:${requestId}`,
    code: problem.type.code,
    requestId,
    ...(problem.errors ? { errors: problem.errors } : {}),
    ...problem.members,
  };
}
