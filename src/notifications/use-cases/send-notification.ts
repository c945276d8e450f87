import { AppError, type PayloadOf } from '#libs/kernel';
import { Bus, Handles, type Settle } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { GetOrder, type Order } from '../../orders/contract/index.js';
import { SendNotification } from '../contract/private.js';
import { mailAsHtml } from '../domain/mail-html.js';
import { mailAsText } from '../domain/mail-text.js';
import { orderMail } from '../domain/order-mail.js';
import { Mailer, MailRefused } from '../mail/mailer.js';
import { type Notification, NotificationStore } from '../store/notification-store.js';

/** Over about six minutes: a greylisting mail server wants to be asked again after five (RFC 6647). */
const ATTEMPTS = 12;

/**
 * A row is claimed before its mail is sent and marked after it, so of two runs at once only one sends. What remains is a
 * process that ends between the server's answer and our commit: then it is sent again, with the same Message-ID.
 */
@Injectable()
export class SendNotificationUseCase {
  /** Sent, and the database was away when it should have been told: at most what was on its way at that moment. */
  private readonly untold = new Set<string>();

  constructor(
    private readonly notifications: NotificationStore,
    private readonly mailer: Mailer,
    private readonly bus: Bus,
  ) {}

  /** The row counts and spaces the attempts to send; a message that finds it held comes again, hence its own number. */
  @Handles(SendNotification, {
    io: true,
    attempts: 2 * ATTEMPTS,
    backoffMs: 1_000,
    timeoutMs: 30_000,
  })
  async send(message: PayloadOf<typeof SendNotification>, settle: Settle): Promise<void> {
    const { notificationId: id, orderId } = message;
    if (!this.untold.has(id)) {
      const order = await this.bus.ask(GetOrder, { orderId });
      const notification = await this.notifications.claim(id);
      if (notification) await this.deliver(notification, order);
      else if (!(await this.notifications.isSent(id)))
        throw new Error('It is being sent, or waits for its next attempt.');
      else return settle(async () => undefined);
      this.untold.add(id);
    }
    await settle((tx) => this.notifications.markSent(tx, id));
    this.untold.delete(id);
  }

  private async deliver(notification: Notification, order: Order | null): Promise<void> {
    try {
      if (!order) throw new MailRefused('There is no such order.');
      await this.mailer.send(mailFor(notification, order));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isFinal = error instanceof AppError || notification.attempts >= ATTEMPTS;
      await this.notifications.release(notification, isFinal ? 'failed' : 'queued', reason);
      throw isFinal ? new MailRefused(reason, { cause: error }) : error;
    }
  }
}

function mailFor(notification: Notification, order: Order) {
  const { id, kind, recipient, reason, tracking, fulfilment_id: fulfilmentId } = notification;
  const mail = orderMail({
    kind,
    order,
    reason: reason ?? undefined,
    tracking: tracking ?? undefined,
    fulfilmentId: fulfilmentId ?? undefined,
  });
  return { id, kind, to: recipient, subject: mail.subject, text: mailAsText(mail), html: mailAsHtml(mail) };
}
