import type { LoggerService } from '@nestjs/common';
import { Logger, PinoLogger } from 'nestjs-pino';
import { type DestinationStream, type Logger as Log, pino } from 'pino';
import { BoundedLines } from './bounded-lines.js';
import { gauge } from './metrics.js';
import { humanLines } from './human-lines.js';
import { contextFields } from './context.js';

const SECRETS = ['authorization', 'password', 'token', 'accessToken', 'refreshToken', 'orderToken', 'apiKey', 'secret'];
/** What Nest says at info while it boots is only of use to who debugs the wiring. */
const BOOT = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);
/** Warns of the preview mode, in which the OpenAPI document is made. */
const PREVIEW = 'NestApplicationContext';

/** JSON lines; each carries the trace it belongs to. */
export function createLog(to: DestinationStream): Log {
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      mixin: contextFields,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
      serializers: { err: errorFields },
    },
    to,
  );
}

/** The process's log, on stdout; where that is a terminal, for people. */
const lines = new BoundedLines(process.stdout);
export const log = createLog(process.stdout.isTTY ? humanLines(process.stdout) : lines);
gauge('floodgate_log_lines_dropped', 'Log lines that were dropped, as nobody read the log.', () => lines.dropped);

/** Sends what Nest and `new Logger(...)` say into the log; `level` is the least severe that is written. */
export function nestLogger(level: string, root = log): LoggerService {
  root.level = level;
  const params = { pinoHttp: { logger: root, serializers: { err: errorFields }, wrapSerializers: false } };
  return new QuietBoot(new PinoLogger(params), params);
}

class QuietBoot extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    const write = BOOT.has(String(parameters.at(-1))) ? super.debug.bind(this) : super.log.bind(this);
    write(message, ...parameters);
  }

  override warn(message: unknown, ...parameters: unknown[]): void {
    const write = parameters.at(-1) === PREVIEW ? super.debug.bind(this) : super.warn.bind(this);
    write(message, ...parameters);
  }
}

/** Not the error's own fields: a failed query carries its parameters, and these may be anybody's secrets. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return { type: name, message, code, stack, ...(cause instanceof Error ? { cause: errorFields(cause) } : {}) };
}
