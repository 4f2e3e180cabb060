import type { ByteWriter } from '../json/byte-writer.js';
import type { JsonDocument, JsonNode } from '../json/json-document.js';
import { QUOTE } from '../json/scan-json.js';
import { DAY, dateOf, FIRST_SECOND, LAST_SECOND } from './calendar.js';
import { isShortInteger } from './is-short-integer.js';
import { FIRST_MILLISECONDS } from './parse-timestamp.js';
import { FRACTION_AT, fractionEnd, usualSeconds } from './usual-time.js';

const [COLON, POINT, ZERO, BIG_T, BIG_Z] = [0x3a, 0x2e, 0x30, 0x54, 0x5a] as const;
/** Digits of a fraction, which more of them follow only where they are not zeros. */
const FRACTION_DIGITS = 3;

/** Writes what a converter makes of a timestamp; false, with nothing written, where it must be asked. */
export function writeTimestamp(document: JsonDocument, node: JsonNode, to: ByteWriter): boolean {
  if (document.isString(node)) {
    const { bytes } = document;
    const [start, end] = [document.start(node) + 1, document.end(node) - 1];
    const seconds = usualSeconds(bytes, start, end);
    if (seconds === undefined || !isInRange(seconds)) return false;
    writeSeconds(seconds, to);
    let at = Math.min(start + FRACTION_AT, end);
    let digits = fractionEnd(bytes, start, end) - at;
    while (digits > FRACTION_DIGITS && bytes[at + digits - 1] === ZERO) digits--;
    for (let left = Math.max(digits, FRACTION_DIGITS); left > 0; left--, digits--) {
      to.byte(digits > 0 ? (bytes[at++] as number) : ZERO);
    }
  } else if (isShortInteger(document, node)) {
    const epoch = Number(document.text(node));
    const isInSeconds = Math.abs(epoch) < FIRST_MILLISECONDS;
    const seconds = isInSeconds ? epoch : Math.floor(epoch / 1_000);
    if (!isInRange(seconds)) return false;
    writeSeconds(seconds, to);
    writeDigits(isInSeconds ? 0 : epoch - seconds * 1_000, FRACTION_DIGITS, to);
  } else {
    if (!document.isNull(node)) return false;
    document.write(node, to);
    return true;
  }
  to.byte(BIG_Z);
  to.byte(QUOTE);
  return true;
}

function isInRange(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

function writeSeconds(seconds: number, to: ByteWriter): void {
  const day = Math.floor(seconds / DAY);
  const inDay = seconds - day * DAY;
  const hour = Math.floor(inDay / 3_600);
  const minute = Math.floor((inDay - hour * 3_600) / 60);
  to.byte(QUOTE);
  to.text(dateOf(day));
  to.byte(BIG_T);
  writeDigits(hour, 2, to);
  to.byte(COLON);
  writeDigits(minute, 2, to);
  to.byte(COLON);
  writeDigits(inDay - hour * 3_600 - minute * 60, 2, to);
  to.byte(POINT);
}

function writeDigits(value: number, count: number, to: ByteWriter): void {
  const tens = (value / 10) | 0;
  if (count > 2) to.byte(ZERO + ((tens / 10) | 0));
  to.byte(ZERO + (tens % 10));
  to.byte(ZERO + (value % 10));
}
