import { AppError } from '#libs/kernel';
import type { SendMailOptions } from 'nodemailer';
import type { NotificationKind } from '../domain/notification.js';

export interface Mail {
  /** The notification's id. The Message-ID comes from it, so a mail that goes out twice is known to be the same. */
  id: string;
  kind: NotificationKind;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Where mails go. `send` resolves once the mail is in other hands; throws MailRefused or MailNotSent. */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;

  /** Deletes what it has kept of mails older than this many days; a server keeps nothing here. */
  async forget(_days: number, _signal: AbortSignal): Promise<void> {}
}

/** For good: the same mail would be refused again. */
export class MailRefused extends AppError {
  constructor(detail: string, options?: { cause: unknown }) {
    super('notifications.mail-refused', detail, options);
  }
}

/** This time. An error of its own: the socket's error would pass for an outage of our database, by its code. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
}

/** The mail as nodemailer takes it. The recipient is an address as it is, never parsed as a list. */
export function messageOf({ id, to, subject, text, html }: Mail, from: string): SendMailOptions {
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'floodgate.example';
  return {
    messageId: `<${id}@${domain}>`,
    from,
    to: { name: '', address: to },
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834: no out-of-office answers, please
  };
}
