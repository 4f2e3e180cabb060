import { ProblemError, problemType } from '../../common/problem.js';
import type { EgressErrorCode } from '../../egress/egress.types.js';

/** The document could not be fetched from its URL. */
export class DocumentUnavailableError extends ProblemError {
  static readonly type = problemType(
    'import.document_unavailable',
    502,
    'The document cannot be fetched',
  );
  constructor(detail: string, members: { reason?: EgressErrorCode; remoteStatus?: number }) {
    super(DocumentUnavailableError.type, detail, { members });
  }
}

/** More imports wait than the service has room for. */
export class ImportBusyError extends ProblemError {
  static readonly type = problemType('import.busy', 429, 'Too many imports wait');
  constructor() {
    super(ImportBusyError.type, 'Too many imports wait already; try again later.', {
      headers: { 'Retry-After': '5' },
    });
  }
}
