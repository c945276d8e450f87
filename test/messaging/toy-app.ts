import 'reflect-metadata';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ConfigModule, readSettings } from '#libs/config';
import { Database, type Transaction } from '#libs/database';
import { command, event, type PayloadOf } from '#libs/kernel';
import {
  Asker,
  Bus,
  Databases,
  deadLetterQueries,
  FeatureModule,
  Handles,
  Messaging,
  MessagingModule,
  type ModuleMap,
  openQueueEngine,
  readEventLog,
  type Settle,
} from '#libs/messaging';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';

/**
 * The smallest application on libs/messaging: `sender` sends notes, `receiver` enters each as a row (nothing but the
 * inbox keeps a second row from being entered) and tells `sender`, which enters the answer. Run as a process of its
 * own, so that a spec can kill it anywhere. POST /?from=1&to=200 sends; `poison`, `hang`, `cut`, `locked` name numbers to
 * spoil, `all-slow` makes each take 50 ms, `call` reaches out.
 */
const SPOILED = ['poison', 'hang', 'cut', 'locked'] as const;
const Note = z.object({ no: z.int(), kind: z.enum(['good', ...SPOILED, 'slow']).default('good') });
const TakeNote = command('receiver.take-note', Note);
const CallOut = command('receiver.call-out', Note);
const NoteTaken = event('receiver.note-taken', z.object({ no: z.int() }));

const table = (schema: string) =>
  class Toy1760000000900 implements MigrationInterface {
    readonly name = 'Toy1760000000900';
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`CREATE TABLE ${schema}.rows (no integer NOT NULL, pid integer NOT NULL)`);
      await runner.query(`CREATE TABLE ${schema}.healed (at timestamptz NOT NULL)`);
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE ${schema}.rows, ${schema}.healed`);
    }
  };

const MORE_THAN_ITS_ATTEMPTS = 5;

@Injectable()
class Receiver {
  private readonly hung = new Set<number>();
  private cuts = 0;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
  ) {}

  @Handles(TakeNote, { batch: 200, attempts: 3, backoffMs: 100, timeoutMs: 3_000 })
  async take(notes: PayloadOf<typeof TakeNote>[], tx: Transaction): Promise<void> {
    await enter(tx, 'receiver', notes.map(({ no }) => no)); // prettier-ignore
    const poison = notes.find(({ kind }) => kind === 'poison');
    if (poison && (await tx.query('SELECT 1 FROM receiver.healed')).length === 0) throw new Error('poison');
    const hanging = notes.find(({ kind, no }) => kind === 'hang' && !this.hung.has(no));
    if (hanging) {
      this.hung.add(hanging.no);
      await new Promise((resolve) => setTimeout(resolve, 6_000)); // long past its deadline ...
      await enter(tx, 'receiver', [hanging.no]).catch((error: unknown) => console.log(`late: ${String(error)}`)); // ... it tries to go on
    }
    if (notes.some(({ kind }) => kind === 'cut') && ++this.cuts <= MORE_THAN_ITS_ATTEMPTS) {
      const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await this.database.query('SELECT pg_terminate_backend($1, 1000)', [own?.pid]); // and wait for it
      await tx.query('SELECT 1');
    }
    const slow = notes.filter(({ kind }) => kind === 'slow').length;
    if (slow > 0) await tx.query('SELECT pg_sleep($1)', [slow * 0.05]);
    if (notes.some(({ kind }) => kind === 'locked')) await tx.query('SELECT * FROM receiver.healed FOR UPDATE');
    for (const { no } of notes) this.bus.publish(tx, NoteTaken, { no });
  }
}

/** Reaches out: to a peer that hangs until `receiver.healed` says otherwise, and to one that does not. */
@Injectable()
class Caller {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  @Handles(CallOut, {
    io: true,
    laneOf: ({ kind }: PayloadOf<typeof CallOut>) => kind,
    attempts: 2,
    backoffMs: 100,
    longestBackoffMs: 1_000,
    timeoutMs: 2_000,
  })
  async call({ no, kind }: PayloadOf<typeof CallOut>, settle: Settle): Promise<void> {
    const healed = await this.database.query('SELECT 1 FROM receiver.healed');
    if (kind === 'hang' && healed.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      throw new Error('The peer has not answered.');
    }
    await settle(async (tx) => {
      await enter(tx, 'receiver', [no]);
      this.bus.publish(tx, NoteTaken, { no });
    });
  }
}

@Injectable()
class Sender {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  async send(notes: PayloadOf<typeof TakeNote>[], as = TakeNote): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const note of notes) this.bus.send(tx, as, note);
    });
  }

  @Handles(NoteTaken)
  async answered({ no }: PayloadOf<typeof NoteTaken>, tx: Transaction): Promise<void> {
    await enter(tx, 'sender', [no]);
  }
}

@Module({
  imports: [FeatureModule.for({ module: 'receiver', migrations: [table('receiver')] })],
  providers: [Receiver, Caller],
})
class ReceiverModule {}

@Module({ imports: [FeatureModule.for({ module: 'sender', migrations: [table('sender')] })], providers: [Sender] })
class SenderModule {}

const map: ModuleMap = {
  sender: { needs: ['receiver'], serves: [], hears: ['receiver.note-taken'], load: async () => SenderModule },
  receiver: {
    needs: [],
    serves: [],
    hears: ['receiver.take-note', 'receiver.call-out'],
    load: async () => ReceiverModule,
  },
};

async function enter(tx: Transaction, schema: string, numbers: number[]): Promise<void> {
  await tx.query(`INSERT INTO ${schema}.rows SELECT unnest($1::int[]), $2`, [numbers, process.pid]);
}

const settings = readSettings(process.env);
const hosted = new Map<object, string>([
  [SenderModule, 'sender'],
  [ReceiverModule, 'receiver'],
]);
const engine = await openQueueEngine(settings);

@Module({
  imports: [
    ConfigModule.with(settings),
    MessagingModule.forRoot({ map, hosted, engine, consumes: true }),
    SenderModule,
    ReceiverModule,
  ],
})
class ToyModule {}

const app = await NestFactory.createApplicationContext(ToyModule, { logger: ['error', 'warn'] });
app.get(Messaging).start(['queue']);

const server = createServer((request, response) => {
  void (async () => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://toy');
    const number = (name: string) => Number(query.get(name) ?? 0);
    try {
      if (query.has('replay')) {
        await app.get(Asker).ask(deadLetterQueries('receiver').replay, { id: query.get('replay') ?? '' });
      } else if (query.has('log')) {
        const log = await readEventLog(app.get(Databases).of('sender'), query.get('log') ?? '', 100);
        return void response.end(
          JSON.stringify({ numbers: log.envelopes.map(({ payload }) => payload), cursor: log.cursor }),
        );
      } else {
        const notes: PayloadOf<typeof TakeNote>[] = [];
        for (let no = number('from'); no <= number('to'); no++) {
          const usual = (['slow', 'hang'] as const).find((kind) => query.has(`all-${kind}`)) ?? 'good';
          const kind = SPOILED.find((spoiled) => no === number(spoiled)) ?? usual;
          notes.push({ no, kind });
        }
        await app.get(Sender, { strict: false }).send(notes, query.has('call') ? CallOut : TakeNote);
      }
      response.end('sent');
    } catch (error) {
      response.writeHead(503).end(String(error));
    }
  })();
});
server.listen(settings.PORT, '127.0.0.1');
await once(server, 'listening');
console.log('ready');
process.on('SIGTERM', () => {
  server.close();
  void (async () => {
    await app.get(Messaging).stop();
    await app.close();
    await engine.close();
    process.exit(0);
  })();
});
