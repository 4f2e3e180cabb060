import { decimalOf } from '../../json/exact-number.js';
import { DAY, dateNumberOf, FIRST_SECOND, LAST_SECOND, startOfDay } from './calendar.js';
import { FRACTION_AT, fractionEnd, MOST_USUAL_LENGTH, usualSeconds } from './usual-time.js';

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
const OFFSET = /^([+-])(\d\d):?(\d\d)?$/;
const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** From this absolute value on, an epoch counts milliseconds. */
export const FIRST_MILLISECONDS = 1e11;

/** Past this many digits a number is not taken as a time, so that a hostile one stays cheap. */
const MAX_EPOCH_DIGITS = 40;

/**
 * The instant that a text means, as RFC 3339 in UTC with three digits of fraction, and more where
 * the text has more; undefined where it means none of the years 0001 to 9999. Takes RFC 3339 (also
 * without seconds, and with an offset such as `+0200`), a date, a time without offset (UTC), and
 * an epoch. As POSIX has it, the leap second 23:59:60 is the first second of the next day.
 */
export function parseTimestamp(text: string): string | undefined {
  const usual = parseUsual(text);
  if (usual !== undefined) return usual;
  const trimmed = text.trim();
  const match = DATE_TIME.exec(trimmed);
  if (!match) return parseEpoch(trimmed);
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] =
    match;
  const midnight = startOfDay(Number(year), Number(month), Number(day));
  const offset = offsetSeconds(zone);
  if (midnight === undefined || offset === undefined) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  // Most times are in UTC already, and only their fraction may be written otherwise.
  if (offset === 0 && second !== '60') {
    return `${year}-${month}-${day}T${hour}:${minute}:${second}.${digitsOf(fraction)}Z`;
  }
  const inDay = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  const instant = midnight + inDay - offset;
  if (second === '60' && instant % 86_400 !== 0) return undefined;
  return format(instant, fraction);
}

const units = new Uint8Array(MOST_USUAL_LENGTH);

/** The time of a text in the usual form, which takes a tenth of the time of the patterns. */
function parseUsual(text: string): string | undefined {
  const { length } = text;
  if (length > MOST_USUAL_LENGTH) return undefined;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    units[at] = unit;
  }
  const seconds = usualSeconds(units, 0, length);
  const fraction = text.slice(FRACTION_AT, fractionEnd(units, 0, length));
  return seconds === undefined ? undefined : format(seconds, fraction);
}

/** The same as `parseEpoch` of its text for a number that is a whole one. */
export function parseWholeEpoch(epoch: number): string | undefined {
  if (Math.abs(epoch) < FIRST_MILLISECONDS) return format(epoch, '');
  const seconds = Math.floor(epoch / 1_000);
  return format(seconds, String(epoch - seconds * 1_000).padStart(3, '0'));
}

/**
 * The instant that an epoch means: seconds, or milliseconds from 1e11 on. The text is that of a
 * decimal number; undefined as for `parseTimestamp`.
 */
export function parseEpoch(text: string): string | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Math.abs(Number(text));
  const decimal = decimalOf(text);
  if (!decimal || value >= (LAST_SECOND + 1) * 1_000) return undefined;
  const exponent = decimal.exponent - (value >= FIRST_MILLISECONDS ? 3 : 0);
  const fractionDigits = Math.max(0, -exponent);
  if (decimal.digits.length > MAX_EPOCH_DIGITS || fractionDigits > MAX_EPOCH_DIGITS) {
    return undefined;
  }
  const unit = 10n ** BigInt(fractionDigits);
  const size = BigInt(decimal.digits) * 10n ** BigInt(Math.max(0, exponent));
  const total = decimal.negative ? -size : size;
  const fraction = ((total % unit) + unit) % unit;
  const seconds = Number((total - fraction) / unit);
  return format(seconds, fractionDigits ? String(fraction).padStart(fractionDigits, '0') : '');
}

function offsetSeconds(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (Number(hours) * 3_600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1);
}

function format(seconds: number, fraction: string): string | undefined {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  return `${dateAndTime(seconds)}.${digitsOf(fraction)}Z`;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
function dateAndTime(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  const inDay = seconds - day * DAY;
  const hour = Math.floor(inDay / 3_600);
  const minute = Math.floor((inDay - hour * 3_600) / 60);
  const second = inDay - hour * 3_600 - minute * 60;
  const date = String(dateNumberOf(day)).padStart(8, '0');
  const dashed = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return `${dashed}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[second]}`;
}

/** The digits of a fraction: three, and more where they are not zeros. */
function digitsOf(fraction: string): string {
  let end = fraction.length;
  while (end > 3 && fraction[end - 1] === '0') end--;
  return fraction.slice(0, end).padEnd(3, '0');
}
