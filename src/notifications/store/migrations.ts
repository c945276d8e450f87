import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Notifications1760000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE notifications.notifications (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN
          ('order-confirmed', 'order-rejected', 'order-cancelled', 'order-expired', 'order-fulfilled')),
        recipient text NOT NULL,
        reason text,
        tracking text,
        status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
        attempts integer NOT NULL DEFAULT 0,
        held_until timestamptz NOT NULL DEFAULT now(),
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        sent_at timestamptz,
        UNIQUE (order_id, kind)
      ) WITH (fillfactor = 80)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notifications.notifications');
  }
}

/** One notification a shipment: its kind is stored with the shipment's id, since 0.2.0 relies on (order_id, kind). */
export class NotificationsOfShipments1764200000410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE notifications.notifications ADD COLUMN fulfilment_id uuid;
      ALTER TABLE notifications.notifications DROP CONSTRAINT notifications_kind_check;
      ALTER TABLE notifications.notifications ADD CONSTRAINT notifications_kind_check CHECK (kind IN
        ('order-confirmed', 'order-rejected', 'order-cancelled', 'order-expired', 'order-fulfilled')
        OR kind = 'order-partly-fulfilled:' || fulfilment_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM notifications.notifications WHERE kind LIKE 'order-partly-fulfilled:%';
      ALTER TABLE notifications.notifications DROP CONSTRAINT notifications_kind_check;
      ALTER TABLE notifications.notifications ADD CONSTRAINT notifications_kind_check CHECK (kind IN
        ('order-confirmed', 'order-rejected', 'order-cancelled', 'order-expired', 'order-fulfilled'));
      ALTER TABLE notifications.notifications DROP COLUMN fulfilment_id`);
  }
}
