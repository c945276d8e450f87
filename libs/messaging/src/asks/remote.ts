import { Batcher } from '#libs/kernel';
import { currentContext } from '#libs/observability';
import { type CallOptions, type ChannelCredentials, Metadata } from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import { ClientGrpcProxy } from '@nestjs/microservices';
import { circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { lastValueFrom, type Observable } from 'rxjs';
import { type AskReply, type AskRequest, ASKS, errorFromWire, unreachable } from './wire.js';

const CALL_DEADLINE_MS = 2_500;
const MOST_QUESTIONS_A_CALL = 64;
const MOST_BYTES_A_CALL = 2 * 1_048_576;
const MOST_BYTES_WAITING = 64 * 1_048_576;
/** What a module that we know answers: as many answers as questions, each as long as a request may be. */
const LONGEST_ANSWER = 64 * 1_048_576;
const CALLS_AT_ONCE = 8;
const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 1_000;

/**
 * One HTTP/2 connection a pod, calls dealt out in turn. A pod that is gone is passed over: what did not reach it, or got
 * no answer, is asked elsewhere, a few times, which is safe since a query changes nothing.
 */
const CHANNEL = {
  'grpc.service_config': JSON.stringify({
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{ service: 'floodgate.Asks' }],
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: '0.05s',
          maxBackoff: '0.5s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  }),
  // Pods that were added are found at the next look: after a lost connection, or when a server ends one by its age.
  'grpc.dns_min_time_between_resolutions_ms': 2_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 2_000,
};

interface Waiting {
  json: string;
  context: string;
}

interface AsksClient {
  ask(request: AskRequest, metadata: Metadata, options: CallOptions): Observable<AskReply>;
}

/** A module hosted elsewhere. Concurrent questions of one kind go in one call; a circuit breaker spares who is down. */
export class Remote {
  private readonly proxy: ClientGrpcProxy;
  private readonly client: AsksClient;
  private readonly metadata = new Metadata();
  private readonly logger = new Logger('Asks');
  private isAway = false;
  private readonly batchers = new Map<string, Batcher<Waiting, AskReply['answers'][number]>>();
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });

  constructor(
    private readonly module: string,
    private readonly url: string,
    credential: string,
    credentials: ChannelCredentials,
  ) {
    this.metadata.set('authorization', credential);
    this.proxy = new ClientGrpcProxy({
      ...ASKS,
      url: targetOf(url),
      credentials,
      maxReceiveMessageLength: LONGEST_ANSWER,
      channelOptions: { ...CHANNEL },
    });
    this.client = this.proxy.getService<AsksClient>('Asks');
  }

  /** Throws AppError: the module's own, or `bus.unreachable`. */
  async ask(query: string, question: unknown): Promise<unknown> {
    const context = currentContext();
    const waiting = { json: JSON.stringify(question), context: context ? JSON.stringify(context) : '' };
    const { json, error } = await this.batcher(query).add(waiting);
    if (error) throw errorFromWire(error);
    return JSON.parse(json ?? 'null');
  }

  close(): void {
    this.proxy.close();
  }

  private batcher(query: string) {
    let batcher = this.batchers.get(query);
    if (!batcher) {
      batcher = new Batcher({
        name: `questions for ${this.module}`,
        maxBatch: MOST_QUESTIONS_A_CALL,
        maxWaiting: 10_000,
        maxBatchBytes: MOST_BYTES_A_CALL,
        maxWaitingBytes: MOST_BYTES_WAITING,
        bytesOf: ({ json, context }) => 3 * (json.length + context.length), // of UTF-8, at most
        concurrency: CALLS_AT_ONCE,
        flush: (questions) => this.call({ query, questions }),
      });
      this.batchers.set(query, batcher);
    }
    return batcher;
  }

  private async call(request: AskRequest): Promise<AskReply['answers']> {
    try {
      const { answers } = await this.breaker.execute(() =>
        lastValueFrom(this.client.ask(request, this.metadata, { deadline: Date.now() + CALL_DEADLINE_MS })),
      );
      this.tell(false);
      return answers;
    } catch (error) {
      this.tell(true, error);
      throw unreachable(this.module, error);
    }
  }

  /** One line when it goes away and one when it is back. */
  private tell(isAway: boolean, error?: unknown): void {
    if (isAway && !this.isAway) this.logger.warn(`${this.module} cannot be asked at ${this.url}: ${String(error)}`);
    if (!isAway && this.isAway) this.logger.warn(`${this.module} can be asked again.`);
    this.isAway = isAway;
  }
}

/** A name is looked up again and again, a list of addresses is taken as it stands. */
function targetOf(url: string): string {
  if (url.startsWith('dns:')) return url;
  return isListOfAddresses(url) ? `ipv4:${url}` : `dns:///${url}`;
}

function isListOfAddresses(url: string): boolean {
  return url.split(',').every((part) => /^\d+\.\d+\.\d+\.\d+:\d+$/.test(part));
}
