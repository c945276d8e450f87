import { Database, isDataError, type Transaction } from '#libs/database';
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
  /** Of a mail about a shipment. Mails of before 0.3 have none. */
  fulfilment_id: string | null;
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
  fulfilmentId?: string;
}

/** Longer than a mail can be on its way. */
const LEASE = '30 seconds';
/**
 * A claim that has run out was left by a process that died, or that has sent the mail and cannot reach the database.
 * Before the mail is sent again, a process of the second kind gets this long to say so; it tries every two seconds.
 */
const GRACE = '20 seconds';
/** After the first failure 1 s, then twice as long each time, up to a minute. */
const PAUSE = "least(2 ^ (attempts - 1), 60) * interval '1 second'";

/** A shipment's kind is stored with the shipment's id, as a part can be shipped more than once. */
const COLUMNS = `id, order_id, split_part(kind, ':', 1) AS kind, recipient, reason, tracking, fulfilment_id, status,
  attempts, error, sent_at`;

/** One notification an order and kind, or shipment, from the event that asked for it to its end. */
@Injectable()
export class NotificationStore {
  /** Claims that are made about the same time are one statement. */
  private readonly claiming = new Batcher<string, Notification | undefined>({
    name: 'notifications',
    maxBatch: 100,
    maxWaiting: 5_000,
    paceMs: 5,
    isOfOneItem: isDataError,
    flush: (ids) => this.claimAll(ids),
  });

  constructor(private readonly database: Database) {}

  /** Answers the ones that are new. */
  async add(tx: Transaction, kind: NotificationKind, wanted: readonly NewNotification[]) {
    return tx.query<{ id: string; order_id: string }>(
      `INSERT INTO notifications.notifications (id, order_id, kind, recipient, reason, tracking, fulfilment_id)
       SELECT id, order_id, kind, recipient, reason, tracking, fulfilment_id
       FROM json_to_recordset($1::json) AS n (id uuid, order_id uuid, kind text, recipient text, reason text,
         tracking text, fulfilment_id uuid)
       ORDER BY order_id, kind ON CONFLICT (order_id, kind) DO NOTHING RETURNING id, order_id`,
      [
        JSON.stringify(
          wanted.map(({ orderId, email, fulfilmentId, ...rest }) => ({
            ...rest,
            id: newId(),
            order_id: orderId,
            kind: kind === 'order-partly-fulfilled' ? `${kind}:${fulfilmentId}` : kind,
            recipient: email,
            fulfilment_id: fulfilmentId,
          })),
        ),
      ],
    );
  }

  /**
   * Takes it for one attempt, unless it is sent, another process has it or its pause after a failure is not over. A
   * claim that has run out is not taken over at once: see GRACE.
   */
  claim(id: string): Promise<Notification | undefined> {
    return this.claiming.add(id);
  }

  private async claimAll(ids: readonly string[]): Promise<(Notification | undefined)[]> {
    const claimed = await this.database.query<Notification>(
      `UPDATE notifications.notifications
       SET status = CASE status WHEN 'sending' THEN 'queued' ELSE 'sending' END,
           held_until = now() + CASE status WHEN 'sending' THEN interval '${GRACE}' ELSE interval '${LEASE}' END,
           attempts = CASE status WHEN 'failed' THEN 1 WHEN 'sending' THEN attempts ELSE attempts + 1 END
       WHERE id IN (
         SELECT id FROM notifications.notifications
         WHERE id = ANY($1) AND status <> 'sent' AND held_until <= now() ORDER BY id FOR UPDATE SKIP LOCKED
       ) RETURNING ${COLUMNS}`,
      [ids],
    );
    const taken = claimed.filter(({ status }) => status === 'sending');
    const byId = new Map(taken.map((notification) => [notification.id, notification]));
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
      `SELECT ${COLUMNS} FROM notifications.notifications
       WHERE ($1::uuid IS NULL OR order_id = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [orderId ?? null, beforeId ?? null, limit],
    );
  }
}
