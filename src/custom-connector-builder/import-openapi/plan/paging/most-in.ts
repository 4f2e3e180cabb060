/**
 * The largest number that a description of a parameter allows, as in "The default is 50, and the maximum
 * is 1000" or "(100 max)"; undefined where it tells of none.
 */
export function mostIn(description: string): number | undefined {
  const text = description.slice(0, 1000);
  const found =
    /\bmax(?:imum)?\b[^\d.]{0,30}(\d{1,6})\b/i.exec(text) ?? /\b(\d{1,6}) max\b/i.exec(text);
  return found ? Number(found[1]) : undefined;
}
