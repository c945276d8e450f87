import { Database } from '#libs/database';
import { Injectable } from '@nestjs/common';
import type { TestIntent, TestIntents } from '../domain/test-provider.js';

const COLUMNS = 'token, (extract(epoch FROM clock_timestamp() - first_at) * 1000)::float8 AS age, calls, ended';

/** The test provider's own books: in a table, as several processes ask the one provider. */
@Injectable()
export class TestIntentStore implements TestIntents {
  constructor(private readonly database: Database) {}

  async note(id: string, token: string): Promise<TestIntent> {
    const [intent] = await this.database.query<TestIntent>(
      `INSERT INTO payments.test_intents AS t (id, token) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET calls = t.calls + 1, token = coalesce(t.token, EXCLUDED.token) RETURNING ${COLUMNS}`,
      [id, token],
    );
    return intent as TestIntent;
  }

  async find(id: string): Promise<TestIntent | undefined> {
    const [intent] = await this.database.query<TestIntent>(
      `SELECT ${COLUMNS} FROM payments.test_intents WHERE id = $1 AND token IS NOT NULL`,
      [id],
    );
    return intent;
  }

  async end(id: string, how: 'refunded' | 'cancelled'): Promise<void> {
    await this.database.query(
      `INSERT INTO payments.test_intents (id, ended) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET ended = EXCLUDED.ended`,
      [id, how],
    );
  }
}
