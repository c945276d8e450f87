import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Running, topologies, type TopologyName } from '../topologies/topologies.js';
import { Mailbox } from './mailbox.js';

/** What one run of the journeys shares; stop-shop.ts ends it. */
export interface Shop {
  floodgate: Running;
  mailbox: Mailbox;
  dataDir: string;
}

declare global {
  var shop: Shop | undefined;
}

/** Jest's global setup: Floodgate in the shape TOPOLOGY names, and one SMTP server, for all journeys. */
export default async function startShop(): Promise<void> {
  const name = process.env.TOPOLOGY ?? 'one process';
  if (!(name in topologies)) throw new Error(`TOPOLOGY: use one of: ${Object.keys(topologies).join('; ')}.`);
  const dataDir = await mkdtemp(join(tmpdir(), 'floodgate-journeys-'));
  const mailbox = new Mailbox();
  const { smtpUrl, mailboxUrl } = await mailbox.open();
  const floodgate = await topologies[name as TopologyName]({ SMTP_URL: smtpUrl }, dataDir);
  process.env.FLOODGATE_URL = floodgate.url;
  process.env.MAILBOX_URL = mailboxUrl;
  globalThis.shop = { floodgate, mailbox, dataDir };
}
