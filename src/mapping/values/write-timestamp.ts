import type { ByteWriter } from '../../json/byte-writer.js';
import type { JsonDocument, JsonNode } from '../../json/json-document.js';
import { QUOTE } from '../../json/scan-string.js';
import { DAY, dateNumberOf, FIRST_SECOND, LAST_SECOND } from './calendar.js';
import { shortInteger } from './short-integer.js';
import { FIRST_MILLISECONDS } from './parse-timestamp.js';
import { FRACTION_AT, fractionEnd, usualSeconds } from './usual-time.js';

const [COLON, DASH, POINT, ZERO, BIG_T, BIG_Z] = [0x3a, 0x2d, 0x2e, 0x30, 0x54, 0x5a] as const;
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
  } else if (document.isNumber(node)) {
    const epoch = shortInteger(document, node);
    const isInSeconds = Math.abs(epoch) < FIRST_MILLISECONDS;
    const seconds = isInSeconds ? epoch : Math.floor(epoch / 1_000);
    if (!isInRange(seconds)) return false;
    writeSeconds(seconds, to);
    const milliseconds = isInSeconds ? 0 : epoch - seconds * 1_000;
    const at = to.reserve(FRACTION_DIGITS);
    to.bytes[at] = ZERO + ((milliseconds / 100) | 0);
    putTwoDigits(milliseconds % 100, to.bytes, at + 1);
  } else {
    if (!document.isNull(node)) return false;
    document.write(node, to);
    return true;
  }
  to.byte(BIG_Z);
  to.byte(QUOTE);
  return true;
}

/** False also for NaN. */
function isInRange(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/** Of `"2026-01-31T23:59:59.`, behind which a fraction is to follow. */
const SECONDS_BYTES = 21;

function writeSeconds(seconds: number, to: ByteWriter): void {
  const day = Math.floor(seconds / DAY);
  const inDay = seconds - day * DAY;
  const hour = (inDay / 3_600) | 0;
  const minute = ((inDay - hour * 3_600) / 60) | 0;
  const date = dateNumberOf(day);
  const year = (date / 10_000) | 0;
  const inYear = date - year * 10_000;
  const at = to.reserve(SECONDS_BYTES);
  const { bytes } = to;
  bytes[at] = QUOTE;
  putTwoDigits((year / 100) | 0, bytes, at + 1);
  putTwoDigits(year % 100, bytes, at + 3);
  bytes[at + 5] = DASH;
  putTwoDigits((inYear / 100) | 0, bytes, at + 6);
  bytes[at + 8] = DASH;
  putTwoDigits(inYear % 100, bytes, at + 9);
  bytes[at + 11] = BIG_T;
  putTwoDigits(hour, bytes, at + 12);
  bytes[at + 14] = COLON;
  putTwoDigits(minute, bytes, at + 15);
  bytes[at + 17] = COLON;
  putTwoDigits(inDay - hour * 3_600 - minute * 60, bytes, at + 18);
  bytes[at + 20] = POINT;
}

function putTwoDigits(value: number, bytes: Uint8Array, at: number): void {
  const tens = (value / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + value - 10 * tens;
}
