import { Database, type Transaction } from '#libs/database';
import { Batcher, newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import type { NotificationKind, NotificationStatus } from '../domain/notification.js';

export interface Notification {
  id: string;
  order_id: string;
  kind: NotificationKind;
  recipient: string;
  reason: string | null;
  tracking: string | null;
  status: NotificationStatus;
  /** Since it was queued or replayed. */
  attempts: number;
  error: string | null;
  sent_at: Date | null;
}

export interface NewNotification {
  orderId: string;
  email: string;
  reason?: string;
  tracking?: string;
}

/** Longer than a mail can be on its way; a claim that is older was left by a process that died. */
const LEASE = '30 seconds';
/** After the first failure 1 s, then twice as long each time, up to a minute. */
const PAUSE = "least(2 ^ (attempts - 1), 60) * interval '1 second'";

/** One notification an order and kind, from the event that asked for it to its end. */
@Injectable()
export class NotificationStore {
  /** Claims that are made about the same time are one statement. */
  private readonly claiming = new Batcher<string, Notification | undefined>({
    name: 'notifications',
    maxBatch: 100,
    maxWaiting: 5_000,
    paceMs: 5,
    flush: (ids) => this.claimAll(ids),
  });

  constructor(private readonly database: Database) {}

  /** Answers the ones that are new. */
  async add(tx: Transaction, kind: NotificationKind, wanted: readonly NewNotification[]) {
    return tx.query<{ id: string; order_id: string }>(
      `INSERT INTO notifications.notifications (id, order_id, kind, recipient, reason, tracking)
       SELECT id, order_id, $2, recipient, reason, tracking
       FROM json_to_recordset($1::json) AS n (id uuid, order_id uuid, recipient text, reason text, tracking text)
       ORDER BY order_id ON CONFLICT (order_id, kind) DO NOTHING RETURNING id, order_id`,
      [
        JSON.stringify(
          wanted.map(({ orderId, email, ...rest }) => ({ id: newId(), order_id: orderId, recipient: email, ...rest })),
        ),
        kind,
      ],
    );
  }

  /** Takes it for one attempt, unless it is sent, someone else has it or its pause after a failure is not over. */
  claim(id: string): Promise<Notification | undefined> {
    return this.claiming.add(id);
  }

  private async claimAll(ids: readonly string[]): Promise<(Notification | undefined)[]> {
    const claimed = await this.database.query<Notification>(
      `UPDATE notifications.notifications
       SET status = 'sending', held_until = now() + interval '${LEASE}',
           attempts = CASE status WHEN 'failed' THEN 1 ELSE attempts + 1 END
       WHERE id IN (
         SELECT id FROM notifications.notifications
         WHERE id = ANY($1) AND status <> 'sent' AND held_until <= now() ORDER BY id FOR UPDATE SKIP LOCKED
       ) RETURNING *`,
      [ids],
    );
    const byId = new Map(claimed.map((notification) => [notification.id, notification]));
    return ids.map((id) => {
      const notification = byId.get(id);
      byId.delete(id); // claimed once, should it be asked for twice
      return notification;
    });
  }

  async isSent(id: string): Promise<boolean> {
    const rows = await this.database.query(
      "SELECT 1 FROM notifications.notifications WHERE id = $1 AND status = 'sent'",
      [id],
    );
    return rows.length > 0;
  }

  /** Gives a claim back, unless it has run out and is another's by now. */
  async release({ id, attempts }: Notification, status: 'queued' | 'failed', error: string): Promise<void> {
    await this.database.query(
      `UPDATE notifications.notifications SET status = $3, error = $4, held_until = now() + ${PAUSE}
       WHERE id = $1 AND attempts = $2 AND status = 'sending'`,
      [id, attempts, status, error.slice(0, 2_000)],
    );
  }

  async markSent(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      "UPDATE notifications.notifications SET status = 'sent', sent_at = now(), error = NULL WHERE id = $1",
      [id],
    );
  }

  /** Newest first. */
  async list({ orderId, beforeId, limit }: { orderId?: string; beforeId?: string; limit: number }) {
    return this.database.query<Notification>(
      `SELECT * FROM notifications.notifications
       WHERE ($1::uuid IS NULL OR order_id = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [orderId ?? null, beforeId ?? null, limit],
    );
  }
}
