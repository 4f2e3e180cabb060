/** The subject has a job already. */
export class JobPendingError extends Error {
  constructor() {
    super('There is a job on this subject already.');
    this.name = 'JobPendingError';
  }
}

/** The job is another process's by now, or was cancelled: what it still does counts for nothing. */
export class JobLostError extends Error {
  constructor() {
    super('The job is no longer held by this process.');
    this.name = 'JobLostError';
  }
}

/** The process is about to end; the job is handed over. */
export class JobHandedOverError extends Error {
  constructor() {
    super('The service is being stopped.');
    this.name = 'JobHandedOverError';
  }
}
