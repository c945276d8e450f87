import { Database, type Transaction } from '#libs/database';
import { newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export type KeyRole = 'staff' | 'admin';

/** A key without the key: only its hash is kept. */
export interface ApiKeyRow {
  id: string;
  name: string;
  role: KeyRole;
  last_four: string;
  created_at: Date;
}

const COLUMNS = 'id, name, role, last_four, created_at';

@Injectable()
export class ApiKeyStore {
  constructor(private readonly database: Database) {}

  async create(
    tx: Transaction,
    key: { hash: Buffer; lastFour: string; name: string; role: KeyRole },
  ): Promise<ApiKeyRow> {
    const [row] = await tx.query<ApiKeyRow>(
      `INSERT INTO accounts.api_keys (id, hash, name, role, last_four) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
      [newId(), key.hash, key.name, key.role, key.lastFour],
    );
    return row as ApiKeyRow;
  }

  async findByHash(hash: Buffer): Promise<{ id: string; role: KeyRole } | undefined> {
    const [row] = await this.database.query<{ id: string; role: KeyRole }>(
      'SELECT id, role FROM accounts.api_keys WHERE hash = $1',
      [hash],
    );
    return row;
  }

  /** Newest first. */
  async list(limit: number, beforeId?: string): Promise<ApiKeyRow[]> {
    return this.database.query<ApiKeyRow>(
      `SELECT ${COLUMNS} FROM accounts.api_keys WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [beforeId ?? null, limit],
    );
  }

  /** Answers the hash of the deleted key; undefined where there was none. */
  async delete(tx: Transaction, id: string): Promise<Buffer | undefined> {
    const [row] = await tx.query<{ hash: Buffer }>('DELETE FROM accounts.api_keys WHERE id = $1 RETURNING hash', [id]);
    return row?.hash;
  }
}
