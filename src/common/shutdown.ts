import { Injectable } from '@nestjs/common';

/** Tells the parts of the service that it is about to end, before anything of it is closed. */
@Injectable()
export class Shutdown {
  readonly #begun = new AbortController();

  get hasBegun(): boolean {
    return this.#begun.signal.aborted;
  }

  /** Has something called once the shutdown begins. */
  onBegin(call: () => void): void {
    this.#begun.signal.addEventListener('abort', call, { once: true });
  }

  begin(): void {
    this.#begun.abort();
  }
}
