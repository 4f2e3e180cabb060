export const DAY = 86_400;
export const FIRST_SECOND = -62_135_596_800; // 0001-01-01T00:00:00Z
export const LAST_SECOND = 253_402_300_799; // 9999-12-31T23:59:59Z

/** Days before each month of a year that is no leap year. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Seconds from 1970 to the begin of a day; undefined where there is no such day from year 1 on. */
export function startOfDay(year: number, month: number, day: number): number | undefined {
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

/** The dates of days, counted from 1970, that came before: times of a table lie close together. */
const dates = new Map<number, string>();
const MOST_DATES = 10_000;

/** The date of a day, counted from 1970. */
export function dateOf(day: number): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * DAY * 1_000).toISOString().slice(0, 10);
  if (dates.size >= MOST_DATES) dates.clear();
  dates.set(day, date);
  return date;
}
