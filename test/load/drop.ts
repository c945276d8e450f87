import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADMIN_KEY, startServer } from '../support/server.js';
import { auditDrop } from './audit-drop.js';
import { oneByOne, openTheDoors, type Purchase } from './buyers.js';
import { command, Counter, seconds, table, thousands, wholeNumberOf } from './command.js';
import { percentile } from './percentiles.js';
import { DEFAULT_URL, openShop, ShopClient } from './shop-client.js';

const HELP = `Makes a product, lets many buyers order it at the same moment, and checks that no unit is oversold, lost or sold twice.

  npm run drop -- --buyers 2000 --stock 200

  --buyers  who order one unit each, at once, each on a connection of its own: 2000
  --stock   units there are: 200
  --url     the server: ${DEFAULT_URL}. Where none answers there, drop starts one of its own and stops it afterwards.

placing is the time to the 201, knowing to the final status (GET with Prefer: wait), both since the doors opened, retries
included. Exits 1 if a unit is oversold, lost or sold twice, or if a buyer never knew. The admin key is ADMIN_API_KEY,
else DATA_DIR/admin.key.`;

const ONE_BY_ONE = 150;
const MOST_SHOWN = 20;

await command(HELP, async () => {
  const { values } = parseArgs({
    options: {
      buyers: { type: 'string', default: '2000' },
      stock: { type: 'string', default: '200' },
      url: { type: 'string' },
    },
  });
  const buyers = wholeNumberOf('buyers', values.buyers, 1, 20_000);
  const units = wholeNumberOf('stock', values.stock, 0);
  const url = values.url ?? DEFAULT_URL;
  if (values.url !== undefined || (await new ShopClient(url).isThere()))
    return drop(await openShop(url, buyers), buyers, units);
  return withOwnServer(url, (own) => drop(new ShopClient(own, ADMIN_KEY, buyers), buyers, units));
});

async function withOwnServer<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'floodgate-drop-'));
  console.log(`Nothing answers at ${url}: starting a server for this drop alone, on ${dataDir}.`);
  const server = await startServer({ DATA_DIR: dataDir });
  const end = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const interrupted = () => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work(server.url);
  } finally {
    await end();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    console.log('Stopped the server of its own and removed its data.');
  }
}

async function drop(shop: ShopClient, buyers: number, units: number): Promise<number> {
  const name = `DROP-${Date.now().toString(36).toUpperCase()}`;
  await putOnSale(shop, `${name}-ONE`, ONE_BY_ONE);
  const alone = await oneByOne(shop, `${name}-ONE`, ONE_BY_ONE);
  await putOnSale(shop, name, units);
  console.log(`${thousands(buyers)} buyers, ${thousands(units)} units, ${shop.url}`);
  const purchases = await openTheDoors(shop, name, buyers);
  const audit = await auditDrop(shop, name, units, purchases);
  const errors = new Counter();
  for (const { error } of purchases) if (error !== undefined) errors.add(error);
  const differences = [...audit.differences];
  if (errors.total > 0) differences.push(`${errors.total} buyers never knew: ${errors.text()}`);

  console.log(`\n${outcomes(purchases)}\n\n${times(purchases)}\n`);
  const last = Math.max(...purchases.map(({ knownAfter = NaN }) => knownAfter));
  console.log(`The last buyer knew after ${seconds(last)}.`);
  console.log(`${thousands(audit.sold)} units sold of ${thousands(units)} there; ${thousands(audit.left)} left.`);
  console.log(
    `One order in flight: confirmed in ${Math.round(percentile(alone, 0.5))} ms at the median of ${alone.length}.`,
  );
  console.log(`Durability: ${await durability(shop)}.`);
  if (differences.length === 0) console.log('No unit oversold, lost or sold twice.');
  for (const difference of differences.slice(0, MOST_SHOWN)) console.log(`WRONG: ${difference}`);
  if (differences.length > MOST_SHOWN) console.log(`... and ${differences.length - MOST_SHOWN} more.`);
  return differences.length === 0 ? 0 : 1;
}

async function putOnSale(shop: ShopClient, sku: string, onHand: number): Promise<void> {
  const variants = [{ sku, title: '', price: { amount: 4_900, currency: 'GBP' } }];
  await shop.once('/v1/products', { title: `Drop ${sku}`, status: 'active', variants });
  await shop.must({ method: 'PUT', path: `/v1/stock/${sku}`, body: { onHand } });
}

function outcomes(purchases: readonly Purchase[]): string {
  const count = (wanted: (purchase: Purchase) => boolean) => thousands(purchases.filter(wanted).length);
  const others = new Counter();
  for (const { status } of purchases) if (status && status !== 'confirmed' && status !== 'rejected') others.add(status);
  return table([
    ['confirmed', count(({ status }) => status === 'confirmed')],
    ['rejected', count(({ status }) => status === 'rejected')],
    ...(others.total > 0 ? [['otherwise', others.text()]] : []),
    ['errors', count(({ error }) => error !== undefined)],
    ['retries', thousands(purchases.reduce((sum, { retries }) => sum + retries, 0))],
  ]);
}

function times(purchases: readonly Purchase[]): string {
  const row = (name: string, samples: number[]) => [
    name,
    ...[0.5, 0.95, 0.99, 1].map((share) => seconds(percentile(samples, share))),
  ];
  return table([
    ['', 'p50', 'p95', 'p99', 'last'],
    row('placing', purchases.flatMap(({ placedAfter }) => placedAfter ?? [])), // prettier-ignore
    row('knowing', purchases.flatMap(({ knownAfter }) => knownAfter ?? [])), // prettier-ignore
  ]);
}

/** As every Postgres of the server says of itself, by /readyz. */
async function durability(shop: ShopClient): Promise<string> {
  type Engine = { fsync?: string; fullPageWrites?: string; synchronousCommit?: string };
  const { details } = await shop.must<{ details: Record<string, Engine> }>({ path: '/readyz' });
  const said = Object.values(details).flatMap(({ fsync, fullPageWrites, synchronousCommit }) =>
    fsync === undefined
      ? []
      : [`fsync ${fsync}, full_page_writes ${fullPageWrites}, synchronous_commit ${synchronousCommit}`],
  );
  return [...new Set(said)].join('; ') || 'not told';
}
