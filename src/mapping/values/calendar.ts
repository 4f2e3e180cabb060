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
  return FIRST_SECOND + days * DAY;
}

/** From 0000-03-01, with which leap days come last in a year, to 1970. */
const DAYS_FROM_MARCH = 719_468;
const DAYS_OF_400_YEARS = 146_097;
const DAYS_OF_100_YEARS = 36_524;
const DAYS_OF_4_YEARS = 1_460;

/**
 * The date of a day, counted from 1970, as the number 20260131; of the years 1 to 9999 (H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
 */
export function dateNumberOf(day: number): number {
  const past = day + DAYS_FROM_MARCH;
  const era = (past / DAYS_OF_400_YEARS) | 0;
  const inEra = past - era * DAYS_OF_400_YEARS;
  const leapDays =
    ((inEra / DAYS_OF_4_YEARS) | 0) -
    ((inEra / DAYS_OF_100_YEARS) | 0) +
    ((inEra / (DAYS_OF_400_YEARS - 1)) | 0);
  const years = ((inEra - leapDays) / 365) | 0;
  const inYear = inEra - (365 * years + (years >> 2) - ((years / 100) | 0));
  // From March on, five months have 153 days.
  const march = ((5 * inYear + 2) / 153) | 0;
  const date = inYear - (((153 * march + 2) / 5) | 0) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  const year = 400 * era + years + (month <= 2 ? 1 : 0);
  return year * 10_000 + month * 100 + date;
}
