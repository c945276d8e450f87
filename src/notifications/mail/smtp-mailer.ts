import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import { type Mail, Mailer, MailNotSent, MailRefused, messageOf } from './mailer.js';

const CONNECTIONS = 4;
/** From taking its turn to the server's answer. Past it the connection is closed, so a late mail cannot go out. */
export const SEND_TIMEOUT_MS = 20_000;

/** Sends by SMTP, over a few connections that are kept open. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 10_000,
    });
  }

  async send(mail: Mail): Promise<void> {
    const message: SendMailOptions & { signal: AbortSignal } = {
      ...messageOf(mail, this.from),
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    };
    try {
      await this.transport.sendMail(message);
    } catch (error) {
      throw failureOf(error);
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

/** A 5xx to the sender, the recipient or the content is final (RFC 5321, 4.2.1). To our login it is not the mail's fault. */
function failureOf(error: unknown): MailRefused | MailNotSent {
  const { code, responseCode = 0, response } = error as { code?: string; responseCode?: number; response?: string };
  const answer = response ?? (error instanceof Error ? error.message : String(error));
  if (responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')) {
    return new MailRefused(`The mail server refused it: ${answer}`, { cause: error });
  }
  return new MailNotSent(`The mail server did not take it: ${answer}`, { cause: error });
}
