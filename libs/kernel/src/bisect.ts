/**
 * Runs `work` on all items at once. When it throws, halves the items until the one that is to blame stands alone, and
 * hands that one to `blame`: its neighbours succeed. An error for which `isShared` is true is nobody's fault (the
 * database is away) and is thrown as it is.
 */
export async function bisect<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
  blame: (item: T, error: unknown) => Promise<void> | void,
  isShared: (error: unknown) => boolean,
): Promise<void> {
  if (items.length === 0) return;
  try {
    await work(items);
  } catch (error) {
    if (isShared(error)) throw error;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return blame(only, error);
    const middle = Math.ceil(items.length / 2);
    await bisect(items.slice(0, middle), work, blame, isShared);
    await bisect(items.slice(middle), work, blame, isShared);
  }
}
