import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { DEVELOPMENT_SECRET, missingSecret, productionFaults } from './production-faults.js';
import { withSecretFiles } from './secret-files.js';
import { withVerifiedTls } from './verified-tls.js';

const url = (protocols: string[], example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `Use a URL such as ${example}.`,
  });
const postgres = url(['postgres:', 'postgresql:'], 'postgres://user:password@localhost:5432/floodgate').transform(
  withVerifiedTls,
);
/** Sentinel's path is the name of the primary it watches. */
const redis = z
  .string()
  .refine((text) => !/^rediss?:/.test(text) || URL.canParse(text), 'Use a URL; a password is percent-encoded.')
  .regex(
    /^rediss?:\/\/[^\s,]+$|^rediss?\+sentinel:\/\/[^\s/]+\/[\w.-]+$|^rediss?\+cluster:\/\/[^\s/]+\/?$/,
    'Use a URL such as redis://localhost:6379, redis+sentinel://one:26379,two:26379/mymaster or redis+cluster://one:6379,two:6379.',
  );
/** `dns://<name server>/` in front is gRPC's own way to name one; a list is spread over as it stands. */
const grpc = z
  .string()
  .regex(
    /^(dns:\/\/[^/]*\/)?[\w.-]+:\d+$|^[\d.]+:\d+(,[\d.]+:\d+)+$/,
    'Use a name such as orders-grpc:50051, or a list of IPv4 addresses, each with its port.',
  );
const integer = (least: number, most: number) =>
  z.coerce.number({ error: 'Use a number.' }).int('Use a whole number.').min(least).max(most);
const flag = z.enum(['true', 'false'], { error: 'Use true or false.' }).transform((text) => text === 'true');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** `10.0.0.0/8`, `10.1.2.3`, `fd00::/8` */
function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= most;
}

export const shape = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe(
      '`production` refuses to boot on what is for development: a known secret, test payments, no mail server.',
    ),
  HOST: z.string().default('0.0.0.0').describe('Address to listen on.'),
  PORT: integer(0, 65535).default(3000).describe('Port of the API; 0 takes a free one.'),
  OPS_PORT: integer(0, 65535)
    .optional()
    .describe(
      'Port of `/livez`, `/readyz` and `/metrics` apart from the API, or that of PORT to have them there. Unset: nowhere; the embedded default has them on PORT.',
    ),
  DATA_DIR: z.string().min(1).default('.data').describe('Where the embedded default keeps its data, keys and mail.'),
  DATABASE_URL: postgres.optional().describe('Postgres 15 or newer. Unset: the embedded Postgres is started.'),
  DIRECT_URL: postgres
    .optional()
    .describe('Postgres past any pooler, as the owner of the schemas: for migrations. Unset: the database itself.'),
  MIGRATE_AT_BOOT: flag
    .optional()
    .describe(
      'Whether a start applies what is pending. Unset: yes, but in production it waits until `npm run migrate` has.',
    ),
  DATABASE_POOL_SIZE: integer(2, 100).default(8).describe('Most connections a module holds to its database.'),
  REDIS_URL: redis
    .optional()
    .describe('Redis for queues, cache and rate limits. Unset: queues live in Postgres, cache and limits in memory.'),
  SMTP_URL: url(['smtp:', 'smtps:'], 'smtp://localhost:1025')
    .optional()
    .describe('Where e-mails go. Unset: `.eml` files under `DATA_DIR/mail`.'),
  MAIL_FROM: z.string().default('Floodgate <orders@floodgate.example>').describe('Sender of e-mails.'),
  MODULES: list.default(['all']).describe('Modules this process hosts: `all`, or names with commas.'),
  ROLES: list
    .pipe(z.array(z.enum(['http', 'queue'], { error: 'Use http, queue or http,queue.' })).min(1))
    .default(['http', 'queue'])
    .describe('`http` answers requests, `queue` handles messages.'),
  PROCESSES: z
    .union([z.literal('auto').transform(() => availableParallelism()), integer(1, 128)], {
      error: 'Use auto or a number.',
    })
    .default(1)
    .describe(
      'Server processes on the one port; `auto` is one a core. Together they hold 16 connections a module, but 2 each at least.',
    ),
  GRPC_PORT: integer(1, 65535)
    .optional()
    .describe("Port where other processes ask this one's modules. Unset: they cannot, as all run here."),
  GRPC_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address where GRPC_PORT listens; `0.0.0.0` where the others are on other machines, as on Kubernetes.'),
  GRPC_TLS_DIR: z
    .string()
    .optional()
    .describe(
      'Folder of `tls.crt`, `tls.key` and `ca.crt`: the processes ask each other by TLS, and each shows a certificate of that authority for the name it is asked by. Unset: in plain text.',
    ),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => /^(true|false|\d+)$/.test(text) || text.split(',').every(isNetwork),
      'Use true, false, a number of hops, or networks such as 10.0.0.0/8.',
    )
    .transform((text) =>
      text === 'true' || text === 'false' ? text === 'true' : /^\d+$/.test(text) ? Number(text) : text,
    )
    .default(false)
    .describe(
      "Whose `X-Forwarded-For` to believe: a number of hops, or networks. A caller's address counts for limits.",
    ),
  DRAIN_SECONDS: integer(0, 300)
    .default(0)
    .describe(
      'At a stop, how long requests are still taken once `/readyz` says no; longer than the balancer takes to see it.',
    ),
  SHUTDOWN_SECONDS: integer(1, 600).default(4).describe('At a stop, how long the rest may take after the drain.'),
  SECRET: list
    .transform((secrets) => secrets.map((secret) => (secret === 'development' ? DEVELOPMENT_SECRET : secret)))
    .pipe(z.array(z.string().min(24, 'Use at least 24 characters each.')).min(1, 'Use at least 24 characters.'))
    .default([])
    .describe(
      'Signs access tokens and order tokens, and lets the processes ask each other. Needed with DATABASE_URL; the embedded default makes one: `DATA_DIR/secret.key`. `development` is one that everyone knows, not for production. Several with commas: the first signs, all verify. To change it: `old,new` everywhere, then `new,old`, then `new`.',
    ),
  ADMIN_API_KEY: z
    .string()
    .min(24, 'Use at least 24 characters.')
    .optional()
    .describe('The first admin key. The embedded default makes one: `DATA_DIR/admin.key`.'),
  PAYMENTS_TEST: flag.optional().describe('Offers the payment method `test`. The embedded default is true.'),
  ORDERS_ON_ACCOUNT: flag
    .default(false)
    .describe('Whether anyone may order without paying. Staff always may; a total of 0 needs no payment.'),
  SHIPPING_ADDRESS: z
    .enum(['required', 'optional'], { error: 'Use required or optional.' })
    .optional()
    .describe('Whether an order needs `shippingAddress`. Unset: `required` in production, else `optional`.'),
  ALLOW_IN_PRODUCTION: list
    .pipe(z.array(z.enum(['test-payments', 'no-mail'], { error: 'Use test-payments, no-mail or both.' })))
    .default([])
    .describe(
      'What production refuses unless it is named here: `test-payments` (`PAYMENTS_TEST=true`), `no-mail` (no `SMTP_URL`).',
    ),
  ORDER_DEADLINE_SECONDS: integer(1, 86_400).default(900).describe('A pending order expires after this long.'),
  CORS_ORIGINS: list.default([]).describe('Origins that browsers may call from, with commas; `*` for any.'),
  RATE_LIMIT: z
    .string()
    .regex(/^\d+\/\d+s$/, 'Use requests/seconds, such as 100/60s.')
    .optional()
    .describe('Requests a caller may make, such as `100/60s`. Unset: no limit.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line that is written.'),
};

const schema = z.object(shape);
export type Settings = Readonly<z.infer<typeof schema>> & {
  /** The database of a module: `<MODULE>_DATABASE_URL`, else DATABASE_URL. */
  databaseUrl(module: string): string;
  /** Where it is migrated: `<MODULE>_DIRECT_URL`, else DIRECT_URL, else the module's database. */
  directUrl(module: string): string;
  /** Where a module that is not hosted here is asked: `<MODULE>_GRPC_URL`, else `<module>-grpc:50051`. */
  grpcUrl(module: string): string;
  /** Whether `<MODULE>_GRPC_URL` says where. */
  hasGrpcUrl(module: string): boolean;
};

/** The name of a setting that each module has for itself: `ORDERS_GRPC_URL`. */
export function settingOf(module: string, setting: 'DATABASE_URL' | 'DIRECT_URL' | 'GRPC_URL'): string {
  return `${module.toUpperCase()}_${setting}`;
}

/** Whether the embedded Postgres is started: never in production, where a module's own database may be all it has. */
export function isEmbedded({ DATABASE_URL, NODE_ENV }: Settings): boolean {
  return DATABASE_URL === undefined && NODE_ENV !== 'production';
}

/** Whether a start applies pending migrations; else it waits for `npm run migrate`. */
export function migratesAtBoot({ MIGRATE_AT_BOOT, NODE_ENV }: Settings): boolean {
  return MIGRATE_AT_BOOT ?? NODE_ENV !== 'production';
}

/** Whether an order needs a shipping address. */
export function needsAddress({ SHIPPING_ADDRESS, NODE_ENV }: Settings): boolean {
  return (SHIPPING_ADDRESS ?? (NODE_ENV === 'production' ? 'required' : 'optional')) === 'required';
}

/** All faults of the environment at once, each naming the setting and what it takes. */
export class SettingsError extends Error {
  constructor(readonly faults: string[]) {
    super(`The settings are not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads the environment; throws SettingsError with every fault. An empty variable counts as unset. A process that
 * does not `serve` (a migration) needs no more than the databases.
 */
export function readSettings(env: NodeJS.ProcessEnv, { serves = true } = {}): Settings {
  const faults: string[] = [];
  const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const given = withSecretFiles(Object.fromEntries(set), faults);
  const parsed = schema.safeParse(given);
  for (const { path, message } of parsed.error?.issues ?? []) faults.push(`${path.join('.')}: ${message}`);
  for (const [name, value] of Object.entries(given)) {
    const isDatabase = /^[A-Z]+_(DATABASE|DIRECT)_URL$/.test(name);
    if (!isDatabase && !/^[A-Z]+_GRPC_URL$/.test(name)) continue;
    const own = (isDatabase ? postgres : grpc).safeParse(value);
    if (own.success) given[name] = own.data;
    else faults.push(...own.error.issues.map(({ message }) => `${name}: ${message}`));
  }
  if (serves && (given.DATABASE_URL || given.NODE_ENV === 'production') && !given.SECRET)
    faults.push(missingSecret(given.NODE_ENV));
  if (serves && parsed.success && parsed.data.NODE_ENV === 'production')
    faults.push(...productionFaults(parsed.data, Object.keys(given)));
  if (!parsed.success || faults.length > 0) throw new SettingsError(faults);
  return {
    ...parsed.data,
    databaseUrl(module) {
      const found = given[settingOf(module, 'DATABASE_URL')] ?? this.DATABASE_URL;
      if (!found) {
        throw new SettingsError([
          `DATABASE_URL: needed by ${module}. Set it, or ${settingOf(module, 'DATABASE_URL')}.`,
        ]);
      }
      return found;
    },
    directUrl(module) {
      return given[settingOf(module, 'DIRECT_URL')] ?? this.DIRECT_URL ?? this.databaseUrl(module);
    },
    hasGrpcUrl: (module) => settingOf(module, 'GRPC_URL') in given,
    grpcUrl: (module) => given[settingOf(module, 'GRPC_URL')] ?? `${module}-grpc:50051`,
  };
}
