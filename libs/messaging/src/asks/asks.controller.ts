import type { Settings } from '#libs/config';
import { isInfrastructureError } from '#libs/database';
import { AppError, DeadlineExceeded, ownerOf } from '#libs/kernel';
import { countAnswer, inContext } from '#libs/observability';
import { Controller, Inject, Logger } from '@nestjs/common';
import { GrpcMethod, type GrpcOptions, Transport } from '@nestjs/microservices';
import { Asker } from './asker.js';
import { knownCallersOnly } from './known-callers.js';
import { askServerCredentials } from './tls.js';
import { type AskReply, type AskRequest, ASKS, contextFromWire, errorToWire, unreachable } from './wire.js';

/** A client comes back after this long and meets the pods that were added meanwhile. */
const CONNECTION_AGE_MS = 5_000;
/** Four times what our callers put in one call: a larger one is not theirs. */
const MOST_BYTES_A_CALL = 8 * 1_048_576;

/** How a process listens for the questions of others. Throws SettingsError where its certificate cannot be read. */
export function askServer(port: number, settings: Settings): GrpcOptions {
  const { GRPC_HOST: host, SECRET } = settings;
  return {
    transport: Transport.GRPC,
    options: {
      ...ASKS,
      url: `${host.includes(':') ? `[${host}]` : host}:${port}`, // IPv6
      credentials: askServerCredentials(settings),
      maxReceiveMessageLength: MOST_BYTES_A_CALL,
      gracefulShutdown: true,
      channelOptions: {
        interceptors: [knownCallersOnly(SECRET)], // Nest hands these to grpc-js's Server as they are
        'grpc.max_connection_age_ms': CONNECTION_AGE_MS,
        'grpc.max_connection_age_grace_ms': CONNECTION_AGE_MS,
      },
    },
  };
}

/** Answers what other processes ask the modules hosted here. */
@Controller()
export class AsksController {
  private readonly logger = new Logger(AsksController.name);

  constructor(@Inject(Asker) private readonly asker: Asker) {}

  @GrpcMethod('Asks', 'Ask')
  async ask({ query, questions }: AskRequest): Promise<AskReply> {
    if (this.asker.answers(query)) countAnswer(query);
    return { answers: await Promise.all((questions ?? []).map((question) => this.answer(query, question))) };
  }

  private async answer(query: string, { json, context }: AskRequest['questions'][number]) {
    try {
      const answer = await inContext(contextFromWire(context), () => this.asker.answer(query, JSON.parse(json)));
      return { json: JSON.stringify(answer ?? null) };
    } catch (error) {
      return { error: errorToWire(this.asAppError(query, error)) };
    }
  }

  /** What is nobody's business stays in this process's log. */
  private asAppError(query: string, error: unknown): AppError {
    if (error instanceof AppError) return error;
    this.logger.error(`${query} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (isInfrastructureError(error) || error instanceof DeadlineExceeded) return unreachable(ownerOf({ name: query }));
    return new AppError('http.internal', 'Something went wrong on our side. Quote the traceId when you report it.', {
      status: 500,
    });
  }
}
