import { type Database, isInfrastructureError, isTimeout, type Transaction } from '#libs/database';
import { Batcher, bisect } from '#libs/kernel';
import { enterInbox } from './inbox.js';

interface Settlement {
  id: string;
  work: (tx: Transaction) => Promise<void>;
}

/** Answers undefined, or the error of this settlement alone. */
export type Settling = Batcher<Settlement, Error | undefined>;

/**
 * Commits the outcomes of `io` handlers that end about the same time together, each with its inbox entry: a hundred mails
 * or captures cost a few commits, not a hundred.
 */
export function settlingIn(database: Database): Settling {
  return new Batcher({
    name: `outcomes of ${database.module}`,
    maxBatch: 100,
    maxWaiting: 5_000,
    paceMs: 5,
    flush: async (settlements) => {
      const errors = new Map<Settlement, Error>();
      await bisect(
        settlements,
        (part) =>
          database.transaction(async (tx) => {
            const fresh = await enterInbox(tx, database.module, part.map(({ id }) => id)); // prettier-ignore
            for (const { id, work } of part) if (fresh.delete(id)) await work(tx);
          }),
        (settlement, error) => void errors.set(settlement, error instanceof Error ? error : new Error(String(error))),
        { isShared: (error) => isInfrastructureError(error) && !isTimeout(error) },
      );
      return settlements.map((settlement) => errors.get(settlement));
    },
  });
}
