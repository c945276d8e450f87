export interface Judgement {
  /** Nobody's fault (the database is away): thrown as it is, at once. */
  isShared: (error: unknown) => boolean;
  /** Time ran out: fewer may fit, so it is halved; nobody's fault where an item stands alone. */
  isTimeout?: (error: unknown) => boolean;
}

/** Where this many items have run out of time alone, it is not about them: the rest is not tried. */
const LONE_TIMEOUTS = 3;

/**
 * Runs `work` on all items at once. When it throws, halves the items until the one that is to blame stands alone, and
 * hands that one to `blame`: its neighbours succeed. An item that runs out of time alone is to blame for nothing: its
 * error is thrown once its neighbours are through.
 */
export async function bisect<T>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<void>,
  blame: (item: T, error: unknown) => Promise<void> | void,
  { isShared, isTimeout = () => false }: Judgement,
): Promise<void> {
  const late: unknown[] = [];
  const attempt = async (part: readonly T[]): Promise<void> => {
    const [only] = part;
    if (only === undefined) return;
    try {
      return await work(part);
    } catch (error) {
      if (part.length === 1 && isTimeout(error)) {
        if (late.push(error) === LONE_TIMEOUTS) throw error;
        return;
      }
      if (isShared(error) && !isTimeout(error)) throw error;
      if (part.length === 1) return blame(only, error);
    }
    const middle = Math.ceil(part.length / 2);
    await attempt(part.slice(0, middle));
    await attempt(part.slice(middle));
  };
  await attempt(items);
  if (late.length > 0) throw late[0];
}
