import { Database, forget, olderThan } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { Mailer } from '../mail/mailer.js';

/** They hold an e-mail address each: as long as somebody may ask whether a mail was sent, and no longer. */
const KEPT_DAYS = 90;

@Injectable()
export class ForgetOldNotifications {
  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
  ) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    const where = `${olderThan('id', `${KEPT_DAYS} days`)} AND status IN ('sent', 'failed')`;
    await forget(this.database, { table: 'notifications.notifications', key: 'id', where }, signal);
    await this.mailer.forget(KEPT_DAYS, signal);
  }
}
