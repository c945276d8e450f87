import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The messaging tables, one set a module's schema.
 * outbox: the event log, appended in the transaction of the change. deliveries: what is not acknowledged yet, a row a
 * message and subscriber; its row goes with the acknowledgement. inbox: what has taken effect. failures: what has failed
 * and will be tried again. dead_letters: parked.
 */
export function messagingTables(schema: string): new () => MigrationInterface {
  return class Messaging1760000000000 implements MigrationInterface {
    readonly name = 'Messaging1760000000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE "${schema}".outbox (
          id uuid PRIMARY KEY,
          name text NOT NULL,
          version smallint NOT NULL,
          payload json NOT NULL,
          traceparent text,
          transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
          position bigint GENERATED ALWAYS AS IDENTITY,
          created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX outbox_log ON "${schema}".outbox (transaction, position);
        CREATE INDEX outbox_age ON "${schema}".outbox USING brin (created_at);
        CREATE TABLE "${schema}".deliveries (
          message_id uuid NOT NULL,
          subscriber text NOT NULL,
          job_id uuid,
          sends smallint NOT NULL DEFAULT 0,
          due_at timestamptz NOT NULL,
          PRIMARY KEY (message_id, subscriber)
        );
        CREATE INDEX deliveries_due ON "${schema}".deliveries (due_at);
        CREATE TABLE "${schema}".inbox (
          message_id uuid PRIMARY KEY,
          handled_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX inbox_age ON "${schema}".inbox USING brin (handled_at);
        CREATE TABLE "${schema}".failures (
          message_id uuid PRIMARY KEY,
          attempts integer NOT NULL,
          wait_ms integer NOT NULL,
          retry_at timestamptz NOT NULL
        );
        CREATE TABLE "${schema}".dead_letters (
          id uuid PRIMARY KEY,
          message text NOT NULL,
          envelope json NOT NULL,
          error text NOT NULL,
          attempts integer NOT NULL,
          parked_at timestamptz NOT NULL DEFAULT now()
        )`);
    }

    async down(runner: QueryRunner): Promise<void> {
      for (const table of ['dead_letters', 'failures', 'inbox', 'deliveries', 'outbox']) {
        await runner.query(`DROP TABLE "${schema}".${table}`);
      }
    }
  };
}

/** Dead letters that were replayed or discarded, by whose request: for a request that arrives twice. */
export function endedLettersTable(schema: string): new () => MigrationInterface {
  return class EndedLetters1764000000000 implements MigrationInterface {
    readonly name = 'EndedLetters1764000000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE "${schema}".ended_letters (
          id uuid PRIMARY KEY,
          request uuid NOT NULL,
          letter json NOT NULL,
          ended_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX ended_letters_age ON "${schema}".ended_letters USING brin (ended_at)`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE "${schema}".ended_letters`);
    }
  };
}

/** Retention reads by the time in ids; idempotency keys, which have none, get an index by age that stays good. */
export function agesOf(schema: string): new () => MigrationInterface {
  return class Ages1764200000000 implements MigrationInterface {
    readonly name = 'Ages1764200000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        DROP INDEX "${schema}".outbox_age, "${schema}".inbox_age, "${schema}".ended_letters_age;
        DO $$ BEGIN
          IF to_regclass('"${schema}".idempotency_keys') IS NOT NULL THEN
            DROP INDEX "${schema}".idempotency_keys_age;
            CREATE INDEX idempotency_keys_age ON "${schema}".idempotency_keys (created_at);
          END IF;
        END $$`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE INDEX outbox_age ON "${schema}".outbox USING brin (created_at);
        CREATE INDEX inbox_age ON "${schema}".inbox USING brin (handled_at);
        CREATE INDEX ended_letters_age ON "${schema}".ended_letters USING brin (ended_at)`);
    }
  };
}
