import { decimalOf } from './exact-number.js';

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;
const OFFSET = /^([+-])(\d\d):?(\d\d)?$/;
const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const FIRST_SECOND = -62_135_596_800; // 0001-01-01T00:00:00Z
const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z

/** From this absolute value on, an epoch counts milliseconds. */
const FIRST_MILLISECONDS = 1e11;

/** Past this many digits a number is not taken as a time, so that a hostile one stays cheap. */
const MAX_EPOCH_DIGITS = 40;

/**
 * The instant that a text means, as RFC 3339 in UTC with three digits of fraction, and more where
 * the text has more; undefined where it means none of the years 0001 to 9999. Takes RFC 3339 (also
 * without seconds, and with an offset such as `+0200`), a date, a time without offset (UTC), and
 * an epoch. As POSIX has it, the leap second 23:59:60 is the first second of the next day.
 */
export function parseTimestamp(text: string): string | undefined {
  const seconds = usualSeconds(text);
  if (seconds !== undefined) return format(seconds, '');
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

const [ZERO, DASH, PLUS, COLON, BIG_T, BIG_Z] = [0x30, 0x2d, 0x2b, 0x3a, 0x54, 0x5a] as const;
const USUAL_LENGTH = '2026-01-31T23:59:59'.length;

/**
 * The seconds from 1970 of a time in the form that most APIs write, `2026-01-31T23:59:59Z` or with an
 * offset such as `+02:00`; undefined for all others. It takes a tenth of the time of the patterns.
 */
function usualSeconds(text: string): number | undefined {
  const sign = text.charCodeAt(USUAL_LENGTH);
  const isUtc = sign === BIG_Z && text.length === USUAL_LENGTH + 1;
  const isOffset = (sign === PLUS || sign === DASH) && text.length === USUAL_LENGTH + 6;
  if (
    !(isUtc || isOffset) ||
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(10) !== BIG_T ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON ||
    (isOffset && text.charCodeAt(USUAL_LENGTH + 3) !== COLON)
  ) {
    return undefined;
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const offsetHours = isOffset ? twoDigits(text, USUAL_LENGTH + 1) : 0;
  const offsetMinutes = isOffset ? twoDigits(text, USUAL_LENGTH + 4) : 0;
  const midnight = startOfDay(year, twoDigits(text, 5), twoDigits(text, 8));
  // What is no digit made it NaN, which none of these takes.
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  if (midnight === undefined || !isTime || !(offsetHours <= 23 && offsetMinutes <= 59)) {
    return undefined;
  }
  const offset = (offsetHours * 3_600 + offsetMinutes * 60) * (sign === DASH ? -1 : 1);
  return midnight + hour * 3_600 + minute * 60 + second - offset;
}

/** NaN where they are no digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
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

/** Days before each month of a year that is no leap year. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Seconds from 1970 to the begin of a day; undefined where there is no such day from year 1 on. */
function startOfDay(year: number, month: number, day: number): number | undefined {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  const before = DAYS_BEFORE[month - 1];
  const after = DAYS_BEFORE[month];
  if (before === undefined || after === undefined || !(year >= 1)) return undefined;
  if (!(day >= 1) || day > after - before + (month === 2 ? leap : 0)) return undefined;
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const days = past * 365 + leapDays + before + (month > 2 ? leap : 0) + day - 1;
  return FIRST_SECOND + days * 86_400;
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

const DAY = 86_400;
const TWO_DIGITS = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
/** The dates of days, counted from 1970, that came before: times of a table lie close together. */
const dates = new Map<number, string>();
const MOST_DATES = 10_000;

function dateAndTime(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  const inDay = seconds - day * DAY;
  const hour = Math.floor(inDay / 3_600);
  const minute = Math.floor((inDay - hour * 3_600) / 60);
  const second = inDay - hour * 3_600 - minute * 60;
  return `${dateOf(day)}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[second]}`;
}

function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * DAY * 1_000).toISOString().slice(0, 10);
  if (dates.size >= MOST_DATES) dates.clear();
  dates.set(day, date);
  return date;
}

/** The digits of a fraction: three, and more where they are not zeros. */
function digitsOf(fraction: string): string {
  let end = fraction.length;
  while (end > 3 && fraction[end - 1] === '0') end--;
  return fraction.slice(0, end).padEnd(3, '0');
}
