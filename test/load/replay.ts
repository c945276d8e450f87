import { parseArgs } from 'node:util';
import { command, Counter, mapOf, numberOf, seconds, thousands } from './command.js';
import { delimiterOf, encodingOf, sizeOf } from './csv-rows.js';
import { demandTimes, NO_GOODS, type Plan, planOrders } from './invoices.js';
import { decimalOf } from './price.js';
import { type Placed, placeInvoices } from './place-invoices.js';
import { showProgress } from './progress.js';
import { type Look, reconcile } from './reconcile.js';
import { DEFAULT_URL, openShop } from './shop-client.js';

const HELP = `Places every invoice of CSV files as an order through the HTTP API, then reconciles the shop's books with them.

  npm run replay -- FILES --speed 0

  --speed      so many times real time; 0 (default) is as fast as it goes
  --map        columns: invoice=InvoiceNo,sku=StockCode,quantity=Quantity,price=UnitPrice,date=InvoiceDate,customer=CustomerID
  --no-goods   codes that are no goods, with commas: ${NO_GOODS.join(',')}
  --patience   seconds to wait for e-mails and stock while nothing in the shop moves: 20
  --delimiter  between fields: , by default
  --decimal    sign of decimals in a price: . by default
  --encoding   utf8 (default), utf16le, windows-1252 or latin1; a byte order mark in the file goes first
  --url        the server: ${DEFAULT_URL}

Import the same files first. An invoice's number is its Idempotency-Key: running it again places nothing new. Skipped, with
the reason: cancellations (numbers that start with C, quantities below 0), codes that are no goods, quantities and prices
not above 0. Exits 1 on any row that cannot be read and on any difference: invoices = confirmed + rejected + skipped; the
units of a SKU in confirmed orders = the units that left the stock; one e-mail for each confirmed order. The admin key is ADMIN_API_KEY, else DATA_DIR/admin.key.`;

const MOST_SHOWN = 20;

await command(HELP, async () => {
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      speed: { type: 'string', default: '0' },
      map: { type: 'string' },
      'no-goods': { type: 'string', default: NO_GOODS.join(',') },
      patience: { type: 'string', default: '20' },
      delimiter: { type: 'string', default: ',' },
      decimal: { type: 'string', default: '.' },
      encoding: { type: 'string', default: 'utf8' },
      url: { type: 'string', default: DEFAULT_URL },
    },
  });
  const columns = mapOf(values.map, {
    invoice: 'InvoiceNo',
    sku: 'StockCode',
    quantity: 'Quantity',
    price: 'UnitPrice',
    date: 'InvoiceDate',
    customer: 'CustomerID',
  });
  const speed = numberOf('speed', values.speed);
  const patienceMs = numberOf('patience', values.patience, 0, 3_600) * 1_000;
  await sizeOf(files);
  const csv = {
    delimiter: delimiterOf(values.delimiter),
    encoding: encodingOf(values.encoding),
    decimal: decimalOf(values.decimal),
  };
  const shop = await openShop(values.url);
  const plan = await planOrders(files, columns, values['no-goods'].split(','), csv);
  demandTimes(plan.invoices.values(), speed);

  const started = performance.now();
  const placed = new Map<string, Placed>();
  const now = new Counter();
  const progress = showProgress('placing', plan.invoices.size, () => `${now.text()}, ${plan.skipped.total} skipped`);
  try {
    await placeInvoices(shop, plan.invoices.values(), speed, ({ number }, outcome) => {
      placed.set(number, outcome);
      now.add('fault' in outcome ? 'refused' : outcome.status);
      progress.update(placed.size);
    });
  } finally {
    progress.stop();
  }
  const placedIn = performance.now() - started;
  const look = await reconcile(shop, plan.invoices, placed, patienceMs);
  return report(plan, [...placed.values()], placedIn, look);
});

function report(plan: Plan, placed: readonly Placed[], placedIn: number, look: Look): number {
  const { invoices, skipped, skippedRows, rows } = plan;
  const replayed = placed.filter((outcome) => 'replayed' in outcome && outcome.replayed).length;
  const fresh = placed.filter((outcome) => 'replayed' in outcome && !outcome.replayed).length;
  const [confirmed, rejected] = [look.invoices.of('confirmed'), look.invoices.of('rejected')];
  const total = invoices.size + skipped.total;
  const adds = total === confirmed + rejected + skipped.total;
  const differences = [...plan.unreadable, ...look.differences];
  if (!adds) differences.unshift(`${total} invoices are not ${confirmed} + ${rejected} + ${skipped.total}`);
  const rate = Math.round((placed.length / placedIn) * 1_000);

  console.log(
    `${thousands(rows)} rows = ${thousands(rows - skippedRows.total)} ordered + ${thousands(skippedRows.total)} skipped`,
  );
  console.log(`  skipped: ${skippedRows.text() || 'none'}`);
  console.log(
    `${thousands(total)} invoices ${adds ? '=' : 'ARE NOT'} ${thousands(confirmed)} confirmed + ${thousands(rejected)} rejected + ${thousands(skipped.total)} skipped`,
  );
  console.log(`  skipped: ${skipped.text() || 'none'}`);
  if (rejected > 0) console.log(`  rejected: ${look.reasons.text()}`);
  console.log(
    `Placed ${thousands(fresh)} orders, ${thousands(replayed)} had been placed before; in ${seconds(placedIn)}, ${rate} a second.`,
  );
  console.log(
    `${thousands(look.units)} units of ${thousands(look.skus)} SKUs in confirmed orders; ${thousands(look.emails)} e-mails sent.`,
  );
  if (differences.length === 0) {
    console.log('Reconciled by API: no difference.');
    return 0;
  }
  console.log(`${thousands(differences.length)} differences:`);
  for (const difference of differences.slice(0, MOST_SHOWN)) console.log(`  ${difference}`);
  if (differences.length > MOST_SHOWN) console.log(`  ... and ${differences.length - MOST_SHOWN} more`);
  return 1;
}
