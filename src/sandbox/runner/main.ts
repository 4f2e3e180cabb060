import { type OnReadOpts, Socket } from 'node:net';
import type { EgressResponse } from '../../egress/egress.types.js';
import type { FromChild, RunMessage, ToChild } from '../child-messages.js';
import { encodeFrame, type Frame, FrameDecoder, MAX_SENT_HEADER_BYTES } from '../protocol.js';
import { Engine } from './engine.js';
import { Run } from './run.js';

/** What the service sends was capped by it already. */
const MAX_PAYLOAD_BYTES = 1024 ** 3;
const DEFAULT_MEMORY_BYTES = 128 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** Made ready while nothing runs. An engine that was taken is never seen here again. */
let next: Promise<Engine> | undefined = Engine.create(DEFAULT_MEMORY_BYTES);
/** The last whose run is over: the next is made in its memory. */
let over: Engine | undefined;
let run: Run | undefined;

function send(message: FromChild, payload?: Uint8Array): void {
  process.stdout.cork();
  for (const part of encodeFrame(message, payload)) process.stdout.write(part);
  process.stdout.uncork();
}

async function takeEngine(memoryBytes: number): Promise<Engine> {
  const ready = next;
  next = undefined;
  const engine = await ready;
  return engine?.memoryBytes === memoryBytes ? engine : await createEngine(memoryBytes);
}

function createEngine(memoryBytes: number): Promise<Engine> {
  const memory = over?.giveUp();
  over = undefined;
  return Engine.create(memoryBytes, memory);
}

async function begin(message: RunMessage, payload: Buffer): Promise<void> {
  const { memoryBytes } = message.limits;
  const engine = await takeEngine(memoryBytes);
  run = new Run(engine, message, send, () => {
    run = undefined;
    over = engine;
    // Its code is on the stack still.
    setImmediate(() => {
      if (!run) next ??= createEngine(memoryBytes);
    });
  });
  const source = payload.toString('utf8', 0, message.sourceBytes);
  run.start(source, payload.toString('utf8', message.sourceBytes));
}

function receive({ header, payload }: Frame): void {
  const message = header as unknown as ToChild;
  switch (message.type) {
    case 'run':
      void begin(message, payload);
      return;
    case 'response': {
      const { status, statusText, url, redirected, headers } = message;
      const response = { status, statusText, url, redirected, headers, body: payload };
      run?.onResponse(message.id, response satisfies EgressResponse);
      return;
    }
    case 'failure':
      run?.onFailure(message.id, message.code, message.message);
      return;
    case 'ack':
      run?.onAck();
      return;
    case 'ping':
      send({ type: 'pong' });
  }
}

function leave(): void {
  process.exit(0);
}

const decoder = new FrameDecoder(MAX_PAYLOAD_BYTES, MAX_SENT_HEADER_BYTES);
/** All that is read goes through the same bytes: new ones for each chunk would have V8 collect its heap. */
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
const onread: OnReadOpts = {
  buffer: chunk,
  callback: (count) => {
    for (const frame of decoder.push(chunk.subarray(0, count))) receive(frame);
    return true;
  },
};
const stdin = { fd: 0, readable: true, writable: false, onread };
const input = new Socket(stdin);
// The service is gone, and with it whoever would read what this process has to say.
input.on('end', leave);
input.on('error', leave);
process.stdout.on('error', leave);

await next;
send({ type: 'ready' });
