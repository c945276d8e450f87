import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mailbox } from './mailbox.js';
import { type Server, startServer } from './server.js';

/** What one run of the journeys shares; stop-shop.ts ends it. */
export interface Shop {
  server: Server;
  mailbox: Mailbox;
  dataDir: string;
}

declare global {
  var shop: Shop | undefined;
}

/** Jest's global setup: one embedded Floodgate and one SMTP server for all journeys. */
export default async function startShop(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'floodgate-journeys-'));
  const mailbox = new Mailbox();
  const { smtpUrl, mailboxUrl } = await mailbox.open();
  const server = await startServer({ DATA_DIR: dataDir, SMTP_URL: smtpUrl });
  process.env.FLOODGATE_URL = server.url;
  process.env.MAILBOX_URL = mailboxUrl;
  globalThis.shop = { server, mailbox, dataDir };
}
