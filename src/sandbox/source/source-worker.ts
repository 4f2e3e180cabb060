import { parentPort } from 'node:worker_threads';
import { literalOrigins } from './literal-origins.js';
import { checkSource } from './prepare-source.js';
import type { SourceTask } from './read-sources.js';

/** The program of the thread that parses connector source for the service. */
parentPort?.on('message', ({ source, functionName }: SourceTask) => {
  parentPort?.postMessage(
    functionName === undefined ? literalOrigins(source) : checkSource(source, functionName),
  );
});
