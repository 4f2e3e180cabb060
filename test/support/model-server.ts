import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Which wire format a model's server speaks. */
export type ModelKind = 'openai-compatible' | 'anthropic';

/** What a model is scripted to do with one request. */
export type ModelReply =
  | { text: string }
  | { refusal: string }
  /** Cut off at the model's own limit. */
  | { cut: string }
  | { status: number; headers?: Record<string, string> }
  /** Of JSON that goes on and on. */
  | { megabytes: number }
  | { garbage: string }
  | 'drop'
  | 'hang';

/** What a model was asked. */
export interface ModelRequest {
  system: string;
  messages: { role: string; content: string }[];
  model: string;
  headers: IncomingMessage['headers'];
}

/** A server that speaks a language model's wire format and says what it is told to, in this order. */
export class ModelServer {
  readonly requests: ModelRequest[] = [];
  /** Of requests whose client went away before the answer was whole. */
  departures = 0;
  private script: ModelReply[] = [];

  private constructor(
    private readonly kind: ModelKind,
    private readonly server: Server,
  ) {}

  static async start(kind: ModelKind): Promise<ModelServer> {
    const server = createServer();
    const model = new ModelServer(kind, server);
    server.on('request', (request, response) => void model.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** The settings by which a service finds it. */
  get settings(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      AI_PROVIDER: this.kind,
      AI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      AI_API_KEY: 'model-key-0123456789',
      AI_MODEL: 'stand-in-1',
    };
  }

  /** What it answers from now on; whatever it was asked before is forgotten. */
  play(...script: ModelReply[]): void {
    this.script = script;
    this.requests.length = 0;
  }

  /** The last message of each request after the first: what went back to the model. */
  get evidence(): string[] {
    return this.requests.slice(1).map(({ messages }) => messages.at(-1)?.content ?? '');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = this.kind === 'anthropic' ? '/v1/messages' : '/v1/chat/completions';
    if (request.url !== path || !this.isKnown(request)) {
      response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"error":{}}');
      return;
    }
    this.requests.push(read(this.kind, Buffer.concat(chunks).toString(), request.headers));
    response.once('close', () => {
      if (!response.writableFinished) this.departures += 1;
    });
    const reply = this.script.shift();
    if (reply === undefined)
      throw new Error('The model was asked more often than it was scripted.');
    this.reply(reply, request, response);
  }

  private isKnown({ headers }: IncomingMessage): boolean {
    const key = 'model-key-0123456789';
    return this.kind === 'anthropic'
      ? headers['x-api-key'] === key && headers['anthropic-version'] !== undefined
      : headers.authorization === `Bearer ${key}`;
  }

  private reply(reply: ModelReply, request: IncomingMessage, response: ServerResponse): void {
    if (reply === 'hang') return;
    if (reply === 'drop') {
      request.socket.destroy();
      return;
    }
    response.setHeader('Content-Type', 'application/json');
    if ('status' in reply) {
      const error = { type: 'error', error: { type: 'some_error', message: 'Says the server.' } };
      response.writeHead(reply.status, reply.headers).end(JSON.stringify(error));
    } else if ('garbage' in reply) response.end(reply.garbage);
    else if ('megabytes' in reply) {
      const text = 'x'.repeat(reply.megabytes * 1024 * 1024);
      response.end(JSON.stringify(said(this.kind, { text }, 'stop')));
    } else if ('refusal' in reply) {
      response.end(JSON.stringify(said(this.kind, { refusal: reply.refusal }, 'refusal')));
    } else if ('cut' in reply) {
      response.end(JSON.stringify(said(this.kind, { text: reply.cut }, 'length')));
    } else response.end(JSON.stringify(said(this.kind, reply, 'stop')));
  }
}

/** A request in either format. */
function read(kind: ModelKind, json: string, headers: IncomingMessage['headers']): ModelRequest {
  type Content = string | { type: string; text: string }[];
  const body = JSON.parse(json) as {
    model: string;
    system?: Content;
    messages: { role: string; content: Content }[];
  };
  const text = (content: Content): string =>
    typeof content === 'string' ? content : content.map((part) => part.text).join('');
  const messages = body.messages.map(({ role, content }) => ({ role, content: text(content) }));
  const { model } = body;
  if (kind === 'anthropic') return { system: text(body.system ?? ''), messages, model, headers };
  const [first, ...rest] = messages;
  if (first?.role !== 'system') throw new Error('The first message is not the system’s.');
  return { system: first.content, messages: rest, model, headers };
}

/** An answer in either format, as their API references describe them. */
function said(
  kind: ModelKind,
  { text = '', refusal }: { text?: string; refusal?: string },
  end: 'stop' | 'length' | 'refusal',
): object {
  if (kind === 'anthropic') {
    const reasons = { stop: 'end_turn', length: 'max_tokens', refusal: 'refusal' };
    return {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'stand-in-1' },
      content:
        text === '' && refusal === undefined ? [] : [{ type: 'text', text: refusal ?? text }],
      stop_reason: reasons[end],
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 10 },
    };
  }
  const message = { role: 'assistant', content: refusal === undefined ? text : null };
  return {
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_763_856_000, model: 'stand-in-1' },
    choices: [
      {
        index: 0,
        message: { ...message, ...(refusal === undefined ? {} : { refusal }) },
        finish_reason: end === 'length' ? 'length' : 'stop',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
  };
}
