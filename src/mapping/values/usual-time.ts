import { isDigit } from '../../json/scan-json.js';
import { startOfDay } from './calendar.js';

const [ZERO, DASH, PLUS, COLON, POINT] = [0x30, 0x2d, 0x2b, 0x3a, 0x2e] as const;
const [BIG_T, BIG_Z] = [0x54, 0x5a] as const;
const SECONDS_LENGTH = '2026-01-31T23:59:59'.length;
const OFFSET_LENGTH = '+02:00'.length;
/** Nanoseconds, and an offset. */
export const MOST_USUAL_LENGTH = '2026-01-31T23:59:59.123456789+02:00'.length;
/** Where the digits of a fraction begin, if there is one. */
export const FRACTION_AT = SECONDS_LENGTH + 1;

/**
 * The seconds from 1970 of a time in the form that most APIs write, `2026-01-31T23:59:59Z`, or with a
 * fraction, which is left out, or with an offset such as `+02:00`; undefined for all others.
 */
export function usualSeconds(bytes: Uint8Array, start: number, end: number): number | undefined {
  const zone = fractionEnd(bytes, start, end);
  const sign = bytes[zone];
  const isUtc = sign === BIG_Z && zone === end - 1;
  const isOffset = (sign === PLUS || sign === DASH) && zone === end - OFFSET_LENGTH;
  if (
    !(isUtc || isOffset) ||
    bytes[start + 4] !== DASH ||
    bytes[start + 7] !== DASH ||
    bytes[start + 10] !== BIG_T ||
    bytes[start + 13] !== COLON ||
    bytes[start + 16] !== COLON ||
    (isOffset && bytes[zone + 3] !== COLON)
  ) {
    return undefined;
  }
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  const offsetHours = isOffset ? twoDigits(bytes, zone + 1) : 0;
  const offsetMinutes = isOffset ? twoDigits(bytes, zone + 4) : 0;
  const midnight = startOfDay(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8));
  // What is no digit made it NaN, which none of these takes.
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  if (midnight === undefined || !isTime || !(offsetHours <= 23 && offsetMinutes <= 59)) {
    return undefined;
  }
  const offset = (offsetHours * 3_600 + offsetMinutes * 60) * (sign === DASH ? -1 : 1);
  return midnight + hour * 3_600 + minute * 60 + second - offset;
}

/** Where the fraction ends that may stand behind the seconds, and the zone begins. */
export function fractionEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + SECONDS_LENGTH;
  if (bytes[at] !== POINT || !isDigit(bytes[at + 1] as number)) return at;
  do at++;
  while (at < end && isDigit(bytes[at] as number));
  return at;
}

/** NaN where they are no digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] as number;
  const ones = bytes[at + 1] as number;
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : NaN;
}
