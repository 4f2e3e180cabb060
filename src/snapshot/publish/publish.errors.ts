import { ProblemError, problemType } from '../../common/problem.js';

/** A table with staged changes was copied with another mapping than the connector has now. */
export class MappingChangedError extends ProblemError {
  static readonly type = problemType('snapshot.mapping_changed', 409, 'The mapping has changed');
  constructor(tables: string[]) {
    const detail = 'The mapping has changed since these tables were copied; download again first.';
    super(MappingChangedError.type, detail, { members: { tables } });
  }
}

/** Of an earlier publication nobody knows yet what became of a change. */
export class UnresolvedChangesError extends ProblemError {
  static readonly type = problemType('snapshot.unresolved', 409, 'A change is unresolved');
  constructor(publicationId: string) {
    super(
      UnresolvedChangesError.type,
      'It is not known what became of a change of an earlier publication; resolve it first.',
      { members: { publicationId } },
    );
  }
}

/** The snapshot has no publication of this id. */
export class PublicationNotFoundError extends ProblemError {
  static readonly type = problemType('snapshot.publication_not_found', 404, 'No such publication');
  constructor() {
    super(PublicationNotFoundError.type, 'The snapshot has no publication with this id.');
  }
}

/** There is nothing left of the publication to stop or to resume. */
export class PublicationEndedError extends ProblemError {
  static readonly type = problemType('snapshot.publication_ended', 409, 'It has ended');
  constructor(detail: string) {
    super(PublicationEndedError.type, detail);
  }
}

/** The publication has no change of this id whose outcome is `unknown`. */
export class ChangeNotUnknownError extends ProblemError {
  static readonly type = problemType('snapshot.change_not_unknown', 409, 'It is not unknown');
  constructor() {
    super(
      ChangeNotUnknownError.type,
      'The publication has no change with this id whose outcome is unknown.',
    );
  }
}

/** The record that is to be changed is not there any more. Kept with the change. */
export class RecordGoneError extends ProblemError {
  static readonly type = problemType('snapshot.record_gone', 409, 'The record is gone');
  constructor() {
    super(RecordGoneError.type, 'The remote has no record with this id any more.');
  }
}

/** Why a publication stopped before it wrote anything. Kept with it. */
export class ConflictsFoundError extends ProblemError {
  static readonly type = problemType('snapshot.conflicts', 409, 'There are conflicts');
  constructor(count: number) {
    super(
      ConflictsFoundError.type,
      count === 1
        ? 'One change conflicts with the remote; nothing was written.'
        : `${count} changes conflict with the remote; nothing was written.`,
    );
  }
}

/** A call was made, or may have been, and what became of it can't be found out. Kept with the change. */
export class OutcomeUnknownError extends ProblemError {
  static readonly type = problemType('snapshot.outcome_unknown', 502, 'The outcome is unknown');
  constructor() {
    super(
      OutcomeUnknownError.type,
      'The call for this change was broken off, and nothing tells whether it was carried out.',
    );
  }
}

/** The remote gave an id that can't be stored. Kept with the change. */
export class CreatedIdError extends ProblemError {
  static readonly type = problemType('snapshot.bad_created_id', 502, 'The id can’t be stored');
  constructor() {
    super(CreatedIdError.type, 'The record was made, but its id holds NUL or half a character.');
  }
}

/** The work was begun so often without coming to an end that it was given up. Kept with it. */
export class PublicationGivenUpError extends ProblemError {
  static readonly type = problemType('snapshot.given_up', 503, 'It was given up');
  constructor() {
    super(PublicationGivenUpError.type, 'The publication was begun too often without an end.');
  }
}
