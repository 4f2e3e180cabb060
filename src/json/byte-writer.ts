import { BACKSLASH, QUOTE } from './scan-string.js';

/** From this length on, one call is faster than a loop. */
const LONG = 96;
const WORD = 4;

/** Bytes to copy from, and a view of the same, through which they are moved four at a time. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** A text as UTF-8, to copy from. */
export function sourceOf(text: string): Source & { length: number } {
  const bytes = Buffer.from(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { bytes, view, length: bytes.length };
}

/** Bytes that are written one behind the other, into room that grows. */
export class ByteWriter implements Source {
  /** Of the room, those up to `length` are written. */
  bytes: Buffer;
  length = 0;
  /** Of the room. */
  view: DataView;

  /** `room`: bytes to begin with. */
  constructor(room: number) {
    this.bytes = Buffer.allocUnsafeSlow(room);
    this.view = new DataView(this.bytes.buffer);
  }

  byte(byte: number): void {
    if (this.length === this.bytes.length) this.#grow(1);
    this.bytes[this.length++] = byte;
  }

  /** Makes room for so many bytes, which the caller writes; gives where they begin. */
  reserve(count: number): number {
    const start = this.length;
    if (start + count > this.bytes.length) this.#grow(count);
    this.length = start + count;
    return start;
  }

  /** A part of other bytes. */
  copy(source: Source, start: number, end: number): void {
    const count = end - start;
    let to = this.reserve(count);
    const { bytes } = this;
    if (count >= LONG) {
      bytes.set(source.bytes.subarray(start, end), to);
      return;
    }
    const view = this.view;
    let at = start;
    for (const last = end - WORD; at <= last; at += WORD, to += WORD) {
      view.setUint32(to, source.view.getUint32(at, true), true);
    }
    for (; at < end; at++, to++) bytes[to] = source.bytes[at] as number;
  }

  /** A text, as UTF-8. */
  text(text: string): void {
    const most = 3 * text.length;
    if (this.length + most > this.bytes.length) this.#grow(most);
    if (text.length >= LONG) {
      this.length += this.bytes.write(text, this.length);
      return;
    }
    const { bytes } = this;
    let to = this.length;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) {
        this.length += this.bytes.write(text, this.length);
        return;
      }
      bytes[to++] = unit;
    }
    this.length = to;
  }

  /** A text, as a JSON string. */
  string(text: string): void {
    const most = text.length + 2;
    if (this.length + most > this.bytes.length) this.#grow(most);
    const { bytes } = this;
    let to = this.length;
    bytes[to++] = QUOTE;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit < 0x20 || unit > 0x7f || unit === QUOTE || unit === BACKSLASH) {
        this.text(JSON.stringify(text));
        return;
      }
      bytes[to++] = unit;
    }
    bytes[to++] = QUOTE;
    this.length = to;
  }

  /** A copy of a part of what is written. */
  slice(start: number, end: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(end - start);
    this.bytes.copy(copy, 0, start, end);
    return copy;
  }

  #grow(count: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
