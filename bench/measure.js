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
 * Measures the yardstick and the service in turns, so that what else happens on the machine meets
 * both; gives the median of each.
 * @param {number} rounds
 * @param {{ yardstick: () => Promise<number>, service: () => Promise<number> }} measured
 * @param {(text: string) => void} tell
 */
export async function inTurns(rounds, { yardstick, service }, tell) {
  /** @type {number[]} */
  const yardsticks = [];
  /** @type {number[]} */
  const services = [];
  for (let round = 1; round <= rounds; round += 1) {
    yardsticks.push(await yardstick());
    services.push(await service());
    const [a, b] = [yardsticks, services].map((all) => (all.at(-1) ?? NaN).toPrecision(4));
    tell(`round ${round} of ${rounds}: yardstick ${a}, service ${b}`);
  }
  return { yardstick: median(yardsticks), service: median(services) };
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
 */

/**
 * @typedef {object} Context what a benchmark is given
 * @property {(usual: number) => number} rounds how many, where it usually takes that many
 * @property {(text: string) => void} tell
 */

/** @typedef {(context: Context) => Promise<Row[]>} Benchmark */
