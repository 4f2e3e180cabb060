import type { FromChild } from '../child-messages.js';

/** Sends a message to the parent process. */
export type Send = (message: FromChild, payload?: Uint8Array) => void;
