/** What a function's response is expected to be: a JSON Schema, or a sample to make one of. */
export type Expected = object;

/** What is asked of a process: to get a schema ready, and then to hold bodies against it. */
export type CheckTask = { expected: Expected } | { body: Uint8Array };

/** One way in which a body breaks the schema. */
export interface FoundFault {
  /** Where in the body, as a JSON Pointer. */
  pointer: string;
  detail: string;
  /** Which part of the schema it breaks: faults of one kind are told once. */
  kind: string;
}

/** What came of a task; `gaveUp` says why there is no answer. */
export type CheckAnswer =
  { ready: true } | { unusable: string } | { faults: FoundFault[] } | { gaveUp: string };
