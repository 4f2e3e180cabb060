const HIDDEN = '••••';
const SHOWN = 4;
const SHOWN_FROM = 12;

/** What is shown of a key: four dots, and for keys of 12 and more characters their last 4. */
export function maskOf(key: string): string {
  return HIDDEN + (key.length >= SHOWN_FROM ? key.slice(-SHOWN) : '');
}

/** Whether a text can only be a mask that was read and is sent back. */
export function isMask(text: string): boolean {
  return text.startsWith(HIDDEN);
}
