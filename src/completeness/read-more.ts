import { redactUrl } from '../egress/redact-url.js';
import type { AnswerSigns } from './answer.types.js';
import { isObject } from './find-list.js';
import { type Holder, sign } from './holder.js';
import { LAST, MORE, NEXT, plainName } from './sign-names.js';

const MOST_SHOWN = 60;
/** Where a link or a cursor is an object: what of it leads on. */
const LEADS_ON = new Set(['href', 'url', 'uri', 'link', 'after', 'cursor', 'token', 'page']);

/** Whether a response says that there is more, or in so many words that there is not. */
export function readMore(holders: Holder[]): Pick<AnswerSigns, 'more' | 'ends'> {
  let more: AnswerSigns['more'];
  let flagged: AnswerSigns['more'];
  let ends = false;
  // Those nearest to the records speak first.
  for (const { members, location } of holders.toReversed()) {
    for (const [plain, name, value] of members) {
      const here = [...location, name];
      const flag = flagOf(plain, value);
      if (flag === true) flagged ??= sign(here, `${name} is ${String(value)}`);
      if (flag === false) ends = true;
      if (flag !== undefined) continue;
      const next = NEXT.has(plain) || isOffsetToken(plain, value) ? leadOf(value) : undefined;
      if (next !== undefined) more ??= { ...sign(here, `${name} is ${shown(next)}`), next };
    }
  }
  const told = flagged && more ? { ...flagged, next: more.next ?? '' } : (flagged ?? more);
  return { ...(told ? { more: told } : {}), ends: ends && flagged === undefined };
}

/** True where a flag says that there is more, false where it says that there is not. */
function flagOf(plain: string, value: unknown): boolean | undefined {
  const flag = value === 'true' ? true : value === 'false' ? false : value;
  if (typeof flag !== 'boolean') return undefined;
  if (MORE.has(plain) || plain === 'next') return flag;
  return LAST.has(plain) ? !flag : undefined;
}

/** A text that is no number, under a name that elsewhere counts (Airtable's). */
function isOffsetToken(plain: string, value: unknown): boolean {
  return plain === 'offset' && typeof value === 'string' && !/^\d*$/.test(value);
}

/** What leads to the next page; undefined where there is none. */
function leadOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  if (!isObject(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (LEADS_ON.has(plainName(name)) && !isObject(member)) return leadOf(member);
  }
  return undefined;
}

/** As it may be told: an address may hold a credential. */
function shown(lead: string): string {
  const text = URL.canParse(lead) ? redactUrl(lead) : lead;
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);
}
