/** Waits until something holds, as long as that may take; false where it never did. */
export async function until(holds: () => boolean, ms = 5_000): Promise<boolean> {
  for (const end = performance.now() + ms; !holds();) {
    if (performance.now() > end) return false;
    await new Promise((done) => setTimeout(done, 10));
  }
  return true;
}
