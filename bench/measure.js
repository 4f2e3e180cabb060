// @ts-check

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] =
    sorted.length % 2 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}

/**
 * Measures the service and what it is held against in turns, so that what else happens on the machine meets
 * all of them; gives the median of each.
 * @template {string} Side
 * @param {number} rounds
 * @param {Record<Side, () => Promise<number>>} sides
 * @param {(text: string) => void} tell
 * @returns {Promise<Record<Side, number>>}
 */
export async function inTurns(rounds, sides, tell) {
  const names = /** @type {Side[]} */ (Object.keys(sides));
  /** @type {Map<Side, number[]>} */
  const taken = new Map(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) taken.get(name)?.push(await sides[name]());
    const figures = names.map((name) => `${name} ${taken.get(name)?.at(-1)?.toPrecision(4)}`);
    tell(`round ${round} of ${rounds}: ${figures.join(', ')}`);
  }
  return /** @type {Record<Side, number>} */ (
    Object.fromEntries(names.map((name) => [name, median(taken.get(name) ?? [])]))
  );
}

/**
 * A line about two times, as work done a second: its ratio says how many times as fast the service is.
 * @param {object} of
 * @param {string} of.benchmark
 * @param {string} of.what
 * @param {string} of.peer
 * @param {number} of.work how much was done
 * @param {string} of.unit of the work
 * @param {number} of.yardstick in seconds
 * @param {number} of.service in seconds
 * @param {number} [of.goal] the least ratio
 * @param {string | undefined} [of.memory]
 * @returns {Row}
 */
export function speedRow({ work, unit, yardstick, service, goal, ...rest }) {
  const ratio = yardstick / service;
  return {
    ...rest,
    unit: `${unit}/s`,
    yardstick: work / yardstick,
    service: work / service,
    ratio: ratio.toFixed(2),
    goal: goal === undefined ? '' : `at least ${goal}`,
    met: goal === undefined ? null : ratio >= goal,
    behind: ratio < 1,
  };
}

/**
 * @typedef {object} Row one line of the report
 * @property {string} benchmark
 * @property {string} what
 * @property {string} unit of the two figures
 * @property {number} yardstick
 * @property {number} service
 * @property {string} ratio what is held against the goal
 * @property {string} goal
 * @property {boolean | null} met null where there is no goal
 * @property {string} [peer] what it is held against, where that is not the service itself
 * @property {boolean} [behind] whether the peer does better
 * @property {string | undefined} [memory] the peaks of the service and, where it is a process, of the peer
 */

/**
 * @typedef {object} Context what a benchmark is given
 * @property {(usual: number) => number} rounds how many, where it usually takes that many
 * @property {(text: string) => void} tell
 */

/** @typedef {(context: Context) => Promise<Row[]>} Benchmark */
