import { CONVERTERS, MISFIT } from '../../../mapping/values/convert.js';
import type { ScalarObserver } from '../../../remote-service/responses/sample-shape.js';

/** Longer texts are neither times nor numbers that anybody would write. */
const LONGEST = 40;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/i;
const EPOCH_TEXT = /^(?:\d{10}|\d{13})$/;
/** Without leading zeros, which numbers don't have, and of no more digits than people count to. */
const DECIMAL = /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,10})?$/;
const BOOLEAN = /^(?:true|false)$/i;

/** Epochs from 1979 to 2103: what is less is more likely a count. */
const FIRST_SECONDS = 3e8;
const LAST_SECONDS = 4.2e9;

/** What all texts and numbers of one place could be. */
export class ScalarEvidence implements ScalarObserver {
  texts = 0;
  numbers = 0;
  /** All texts are dates or times. */
  times = true;
  /** All texts are ten or thirteen digits, as of seconds and milliseconds. */
  epochTexts = true;
  decimals = true;
  booleans = true;
  /** All numbers are whole, and could be seconds or milliseconds of our days. */
  epochs = true;
  integers = true;
  /** What all texts are, where they are one. */
  constant: string | undefined;

  see(value: string | number): void {
    if (typeof value === 'number') this.seeNumber(value);
    else this.seeText(value);
  }

  private seeNumber(value: number): void {
    this.numbers++;
    if (!this.integers) return;
    this.integers = Number.isInteger(value);
    this.epochs &&= this.integers && isEpoch(value);
  }

  private seeText(text: string): void {
    if (++this.texts === 1) this.constant = text;
    else if (this.constant !== text) this.constant = undefined;
    if (!(this.times || this.epochTexts || this.decimals || this.booleans)) return;
    const short = text.length <= LONGEST;
    this.times &&= short && TIME.test(text) && CONVERTERS.timestamp(text) !== MISFIT;
    this.epochTexts &&= short && EPOCH_TEXT.test(text) && isEpoch(Number(text));
    this.decimals &&= short && DECIMAL.test(text);
    this.booleans &&= short && BOOLEAN.test(text);
  }
}

function isEpoch(value: number): boolean {
  const seconds = value >= FIRST_SECONDS * 1_000 ? value / 1_000 : value;
  return seconds >= FIRST_SECONDS && seconds <= LAST_SECONDS;
}
