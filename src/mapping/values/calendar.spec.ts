import { DAY, dateNumberOf, FIRST_SECOND, LAST_SECOND, startOfDay } from './calendar.js';

describe('the calendar', () => {
  it('has the date of each day of the years 1 to 9999 as Date has it', () => {
    const [first, last] = [FIRST_SECOND / DAY, Math.floor(LAST_SECOND / DAY)];
    const date = new Date(0);
    const wrong: number[] = [];
    for (let day = first; day <= last; day++) {
      date.setTime(day * DAY * 1_000);
      const [year, month, inMonth] = [
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ];
      const isRight = dateNumberOf(day) === year * 10_000 + month * 100 + inMonth;
      if (!isRight || startOfDay(year, month, inMonth) !== day * DAY) wrong.push(day);
    }
    expect(last - first).toBe(3_652_058);
    expect(wrong).toEqual([]);
  });
});
