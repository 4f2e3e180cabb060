// @ts-check
import { Pool } from 'undici';

/**
 * What asks a server the same thing again and again, over so many connections at once.
 * @param {string} origin
 * @param {object} request
 * @param {string} request.path
 * @param {'GET' | 'POST' | 'PUT'} [request.method]
 * @param {Record<string, string>} [request.headers]
 * @param {() => object} [request.body]
 * @param {(status: number, text: string) => boolean} request.isRight whether an answer counts
 * @param {number} connections
 */
export function loader(origin, { path, method = 'GET', headers = {}, body, isRight }, connections) {
  const pool = new Pool(origin, { connections });
  const sent = body ? { ...headers, 'Content-Type': 'application/json' } : headers;
  /** In ms. */
  const ask = async () => {
    const began = performance.now();
    const answer = await pool.request({
      ...{ method, path, headers: sent },
      ...(body ? { body: JSON.stringify(body()) } : {}),
    });
    const text = await answer.body.text();
    if (!isRight(answer.statusCode, text)) {
      throw new Error(`${method} ${origin}${path}: ${answer.statusCode} ${text.slice(0, 500)}`);
    }
    return performance.now() - began;
  };
  return {
    close: () => pool.destroy(),
    /** @param {number} requests @returns {Promise<number>} the seconds that so many take */
    async seconds(requests) {
      const began = performance.now();
      await this.times(requests);
      return (performance.now() - began) / 1000;
    },
    /** @param {number} requests @returns {Promise<number[]>} the ms of each */
    async times(requests) {
      let left = requests;
      /** @type {number[]} */
      const taken = [];
      const askAll = async () => {
        while (left-- > 0) taken.push(await ask());
      };
      await Promise.all(Array.from({ length: connections }, askAll));
      return taken;
    },
  };
}
