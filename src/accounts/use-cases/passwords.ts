import { availableParallelism } from 'node:os';
import { Batcher, overloaded } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Half of the cores, and never all four of libuv's threads: sign-ins must not starve orders. */
const AT_ONCE = Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2)));
/** Whoever comes when so many wait is refused at once, and whoever has waited for this long when the turn comes. */
const MOST_WAITING = 100;
const LONGEST_WAIT_MS = 2_000;

/** Hashes and checks passwords by argon2id, a bounded number at once. Throws `http.overloaded` when too many wait. */
@Injectable()
export class Passwords {
  private readonly queue = new Batcher<() => Promise<unknown>, unknown>({
    name: 'password checks',
    maxBatch: 1,
    maxWaiting: MOST_WAITING,
    concurrency: AT_ONCE,
    flush: async (works) => Promise.all(works.map((work) => work())),
  });

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password.normalize('NFKC'), COST));
  }

  /** Takes as long where there is no hash: whether an e-mail has an account must not show in the time. */
  async match(password: string, passwordHash: string | undefined): Promise<boolean> {
    const matches = await this.inTurn(() => verify(passwordHash ?? NOBODY, password.normalize('NFKC')));
    return matches && passwordHash !== undefined;
  }

  /** Whether the hash was made at another cost than today's. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    return memoryCost !== COST.memoryCost || timeCost !== COST.timeCost || parallelism !== COST.parallelism;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const inTime = () => {
      if (performance.now() - since < LONGEST_WAIT_MS) return work();
      throw overloaded('http.overloaded', 'Passwords take too long to check right now. Try again soon.');
    };
    return (await this.queue.add(inTime)) as T;
  }
}

/** A hash of today's cost, in the PHC string format, that no password has. */
const NOBODY = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;
