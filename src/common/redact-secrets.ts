export const REDACTED = '[redacted]';

/** Shorter texts may stand in a log by chance. */
const LEAST_LENGTH = 6;
/** API tokens of this service, JWTs (RFC 7519, as compact JWS), and the password in a URL. */
const PATTERNS = [
  String.raw`ccs_[0-9A-Za-z]{40}`,
  String.raw`(?<![\w-])eyJ[\w-]{5,}\.[\w-]+\.[\w-]*`,
  String.raw`(?<=[a-z]:\/\/[^\s\/:@"]{0,200}:)[^\s\/@"]{1,500}(?=@)`,
];

/**
 * Gives a function that takes these secrets out of a text, as they are and as JSON, a URL, base64 or hex
 * would write them, and whatever looks like a token or a password in a URL.
 */
export function secretRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter(({ length }) => length >= LEAST_LENGTH).flatMap(formsOf);
  // The longest first, so that nothing is left of a form that begins as another one does.
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length).map(escaped);
  const secret = new RegExp([...known, ...PATTERNS].join('|'), 'g');
  return (text) => text.replace(secret, REDACTED);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  // Without their last characters, which depend on what follows and on the length.
  const base64 = (['base64', 'base64url'] as const).map((encoding) =>
    bytes.toString(encoding).replace(/=+$/, '').slice(0, -1),
  );
  return [secret, json, encodeURIComponent(secret), bytes.toString('hex'), ...base64];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
