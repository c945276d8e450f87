import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  from: string;
  to: string[];
  /** The message as it came over the wire. */
  raw: string;
}

/**
 * A real SMTP server, and beside it a small HTTP server by which the specs, which run in processes of their own, read
 * what came and say which recipients are refused. Runs in the process of the global setup.
 */
export class Mailbox {
  private readonly mails: Mail[] = [];
  /** Recipient -> SMTP code it is refused with, for so many times. */
  private readonly refusals = new Map<string, { code: number; times: number }>();
  private readonly smtp: SMTPServer;
  private readonly http = createServer((request, response) => void this.serve(request, response));

  /** `beforeAnswer` runs when a mail has come, before its sender hears of it. */
  constructor(beforeAnswer: () => Promise<unknown> = () => Promise.resolve()) {
    this.smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      onRcptTo: ({ address }, _session, callback) => callback(this.refusal(address)),
      onData: (stream, session, callback) => {
        let raw = '';
        stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
        stream.on('end', () => {
          const from = session.envelope.mailFrom;
          this.mails.push({
            from: from ? from.address : '',
            to: session.envelope.rcptTo.map(({ address }) => address),
            raw,
          });
          void beforeAnswer().then(() => callback(), callback);
        });
      },
    });
    this.smtp.on('error', () => undefined); // a client that drops is the client's affair
  }

  /** Answers the URLs of both servers. */
  async open(): Promise<{ smtpUrl: string; mailboxUrl: string }> {
    const smtp = this.smtp.listen(0, '127.0.0.1');
    this.http.listen(0, '127.0.0.1');
    await Promise.all([once(smtp, 'listening'), once(this.http, 'listening')]);
    const port = (server: { address(): unknown }) => (server.address() as { port: number }).port;
    return { smtpUrl: `smtp://127.0.0.1:${port(smtp)}`, mailboxUrl: `http://127.0.0.1:${port(this.http)}` };
  }

  async close(): Promise<void> {
    this.http.close();
    await new Promise<void>((resolve) => this.smtp.close(() => resolve()));
  }

  private refusal(address: string): Error | null {
    const refusal = this.refusals.get(address);
    if (!refusal || refusal.times <= 0) return null;
    refusal.times -= 1;
    return Object.assign(new Error('refused by the test'), { responseCode: refusal.code });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mailbox');
    const address = url.searchParams.get('to') ?? '';
    if (request.method === 'PUT') {
      this.refusals.set(address, {
        code: Number(url.searchParams.get('code')),
        times: Number(url.searchParams.get('times')),
      });
    }
    const mails = this.mails.filter(({ to }) => to.includes(address));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(mails));
  }
}

/** The mails that came for an address: for the specs. */
export async function mailsTo(address: string): Promise<Mail[]> {
  const response = await fetch(`${process.env.MAILBOX_URL}/?to=${encodeURIComponent(address)}`);
  return (await response.json()) as Mail[];
}

/** Has the SMTP server refuse this recipient with `code`, `times` times from now on. */
export async function refuseMailTo(address: string, code: number, times: number): Promise<void> {
  const query = new URLSearchParams({ to: address, code: String(code), times: String(times) });
  await fetch(`${process.env.MAILBOX_URL}/?${query.toString()}`, { method: 'PUT' });
}
