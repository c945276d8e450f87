import { parseArgs } from 'node:util';
import { command, Counter, Fault, table, thousands } from './command.js';
import { DEFAULT_URL, openShop } from './shop-client.js';

const HELP = `Compares what orders, inventory and payments say of the orders of the last week, and prints each difference.

  npm run reconcile -- --url ${DEFAULT_URL}

Exits 1 at any difference. The shop does the same by itself, every few seconds, and sets right what can be: a difference
that is still there minutes later has its cure in the last column. What changed in the last 5 minutes may be on its way,
and is left out. The admin key is ADMIN_API_KEY, else DATA_DIR/admin.key.`;

const MOST_SHOWN = 50;

interface Page {
  checked: number;
  differences: { orderId: string; difference: string; cure: string }[];
  next: string | null;
}

await command(HELP, async () => {
  const { values } = parseArgs({ options: { url: { type: 'string', default: DEFAULT_URL } } });
  const shop = await openShop(values.url);
  const found: Page['differences'] = [];
  const kinds = new Counter();
  let checked = 0;
  for (let next: string | null = ''; next !== null;) {
    const path: string = `/v1/reconciliation${next === '' ? '' : `?after=${next}`}`;
    const { status, body } = await shop.send<Page>({ path });
    if (status !== 200) throw new Fault(`${values.url}${path} answered ${status}: ${JSON.stringify(body)}`);
    checked += body.checked;
    for (const one of body.differences) kinds.add(one.difference);
    found.push(...body.differences.slice(0, MOST_SHOWN - found.length));
    next = body.next;
  }
  console.log(`${thousands(checked)} orders compared: ${kinds.total === 0 ? 'the books agree.' : kinds.text()}`);
  if (kinds.total === 0) return 0;
  console.log(table([['order', 'difference', 'cure'], ...found.map((one) => [one.orderId, one.difference, one.cure])]));
  if (kinds.total > found.length) console.log(`  and ${thousands(kinds.total - found.length)} more`);
  return 1;
});
