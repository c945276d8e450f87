import { SETTINGS, type Settings } from '#libs/config';
import { withDeadline } from '#libs/kernel';
import { createRedis, tellOutages } from '#libs/redis';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cluster, Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Readiness } from './operations/readiness.js';
import type { Principal } from './principal.js';
import { httpError } from './errors.js';
import { networkOf } from './network.js';
import { cameApart } from './operations/apart.js';

/** Past as many callers the one that came first is forgotten: a flood of addresses fills no memory. */
const MOST_CALLERS = 50_000;
/** Redis has this long to answer; then the process counts alone. */
const REDIS_DEADLINE_MS = 200;
const REST_MS = 2_000;

/**
 * `RATE_LIMIT=100/60s`: each caller may make so many requests in a window; past it 429 until it ends. Says how much is
 * left (draft-ietf-httpapi-ratelimit-headers-10). One account, API key or, without credentials, address is one caller.
 */
@Injectable()
export class RateLimit implements OnApplicationShutdown {
  private readonly policy?: { points: number; duration: number };
  private readonly alone?: RateLimiterMemory;
  private readonly shared?: RateLimiterRedis;
  private readonly redis?: Redis | Cluster;
  private aloneUntil = 0;

  constructor(
    @Inject(SETTINGS) { RATE_LIMIT, REDIS_URL }: Settings,
    private readonly readiness: Readiness,
  ) {
    const [, points, duration] = /^(\d+)\/(\d+)s$/.exec(RATE_LIMIT ?? '') ?? [];
    if (points === undefined) return;
    this.policy = { points: Number(points), duration: Number(duration) };
    this.alone = new BoundedMemory(this.policy);
    if (!REDIS_URL) return;
    this.redis = createRedis(REDIS_URL, { maxRetriesPerRequest: 0 });
    tellOutages(this.redis, new Logger('RateLimit'), 'each process counts for itself');
    this.shared = new RateLimiterRedis({
      ...this.policy,
      storeClient: this.redis,
      keyPrefix: 'floodgate-rate',
      inMemoryBlockOnConsumed: this.policy.points + 1, // who is over it asks Redis no more until the window ends
    });
  }

  /** Counts this request; throws `http.rate-limited` where the caller has none left. */
  async take(request: FastifyRequest, reply: FastifyReply, caller?: Principal): Promise<void> {
    if (!this.policy || cameApart(request.raw)) return;
    if (this.readiness.isStarting) return; // the boot itself loads the demo catalog through the API
    const { points, duration } = this.policy;
    const { isOver, msBeforeNext, remainingPoints } = await this.consume(callerOf(request, caller));
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    void reply
      .header('ratelimit-policy', `"default";q=${points};w=${duration}`)
      .header('ratelimit', `"default";r=${remainingPoints};t=${seconds}`);
    if (isOver) throw httpError('http.rate-limited', { retryAfter: seconds });
  }

  /** While Redis is away or slow this process counts alone, and asks it again after a rest. */
  private async consume(caller: string): Promise<Outcome> {
    if (this.shared && Date.now() >= this.aloneUntil) {
      try {
        return await outcomeOf(withDeadline('Redis', REDIS_DEADLINE_MS, this.shared.consume(caller)));
      } catch {
        this.aloneUntil = Date.now() + REST_MS;
      }
    }
    return outcomeOf((this.alone as RateLimiterMemory).consume(caller));
  }

  onApplicationShutdown(): void {
    this.redis?.disconnect();
  }
}

interface Outcome {
  isOver: boolean;
  msBeforeNext: number;
  remainingPoints: number;
}

/** The library rejects with its result where the caller is over the limit, and with an error where the store failed. */
async function outcomeOf(consumed: Promise<RateLimiterRes>): Promise<Outcome> {
  try {
    const { msBeforeNext, remainingPoints } = await consumed;
    return { isOver: false, msBeforeNext, remainingPoints };
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return { isOver: true, msBeforeNext: refused.msBeforeNext, remainingPoints: 0 };
  }
}

class BoundedMemory extends RateLimiterMemory {
  private readonly callers = new Set<string | number>();

  override async consume(key: string | number, points?: number): Promise<RateLimiterRes> {
    this.callers.delete(key);
    this.callers.add(key);
    const [oldest] = this.callers;
    if (this.callers.size > MOST_CALLERS && oldest !== undefined) {
      this.callers.delete(oldest);
      await this.delete(oldest);
    }
    return super.consume(key, points);
  }
}

/** A guest has a token an order, hence counts by address, as everybody without credentials does. */
function callerOf(request: FastifyRequest, caller?: Principal): string {
  if (caller && caller.role !== 'guest') return caller.id;
  return networkOf(request.ip);
}
