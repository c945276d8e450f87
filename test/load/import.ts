import { parseArgs } from 'node:util';
import { minorDigits } from '#libs/kernel';
import { command, Fault, mapOf, seconds, thousands, wholeNumberOf } from './command.js';
import { delimiterOf, encodingOf, readRows, type Row, sizeOf } from './csv-rows.js';
import { decimalOf } from './price.js';
import { ProductImport } from './product-import.js';
import { showProgress } from './progress.js';
import { Rejects } from './rejects.js';
import { DEFAULT_URL, openShop } from './shop-client.js';

const HELP = `Reads products from CSV files into the catalog, and their stock. Run twice, it changes nothing the second time.

  npm run import -- FILES --map sku=StockCode,title=Description,price=UnitPrice --currency GBP --stock 100000

  --map        which column is what: sku, title, price, description, categories (several with ; or |)
               Unset: the columns have these names.
  --currency   ISO 4217 code of the prices, which are decimals: 2.55
  --stock      units on hand for each SKU that has no stock yet; those that have some keep it
  --rejects    file for all refused rows. Unset: NAME.rejects.csv for each input, in this folder
  --delimiter  between fields: , by default
  --decimal    sign of decimals in a price: . by default
  --encoding   utf8 (default), utf16le, windows-1252 or latin1; a byte order mark in the file goes first
  --url        the server: ${DEFAULT_URL}

The last price and title of a SKU win. SKUs are case-sensitive. Refused, with the reason: rows without a SKU or without a
price above 0, and what the catalog refuses. A file that is no CSV, or not in this encoding, is named with line and column,
and then nothing is written. The admin key is ADMIN_API_KEY, else DATA_DIR/admin.key.`;

await command(HELP, async () => {
  const started = performance.now();
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      map: { type: 'string' },
      currency: { type: 'string' },
      stock: { type: 'string' },
      rejects: { type: 'string' },
      delimiter: { type: 'string', default: ',' },
      decimal: { type: 'string', default: '.' },
      encoding: { type: 'string', default: 'utf8' },
      url: { type: 'string', default: DEFAULT_URL },
    },
  });
  const names = { sku: 'sku', title: 'title', price: 'price', description: 'description', categories: 'categories' };
  const columns = mapOf(values.map, names);
  const currency = currencyOf(values.currency);
  const stock = values.stock === undefined ? undefined : wholeNumberOf('stock', values.stock);
  const decimal = decimalOf(values.decimal);
  const [delimiter, encoding] = [delimiterOf(values.delimiter), encodingOf(values.encoding)];
  const csv = { delimiter, encoding, columns: [columns.sku, columns.title, columns.price] };
  const bytes = await sizeOf(files);
  const shop = await openShop(values.url);
  /** To the end of all files. `take` gets each row; `counts` is shown on the way. */
  const readThrough = async (what: string, counts: () => string, take: (row: Row) => unknown) => {
    let read = 0;
    const reading = showProgress(what, bytes, counts);
    const onBytes = (more: number) => reading.update((read += more));
    try {
      for await (const row of readRows(files, { ...csv, onBytes })) await take(row);
    } finally {
      reading.stop();
    }
  };
  // Once before anything is written: a file that does not parse leaves the shop as it was.
  let found = 0;
  await readThrough(
    'checking',
    () => `${thousands(found)} rows`,
    () => (found += 1),
  );
  const rejects = new Rejects(values.rejects);
  await rejects.clear(files);
  const products = new ProductImport(shop, rejects, {
    columns,
    currency,
    digits: minorDigits(currency),
    decimal,
    stock,
  });

  let rows = 0;
  const counts = () => `${thousands(rows)} rows, ${thousands(products.rows.of('refused'))} refused`;
  await readThrough('reading', counts, (row) => {
    rows += 1;
    return products.add(row);
  });
  const left = products.waiting;
  const writing = showProgress('writing', left, () => `${thousands(left - products.waiting)} products`);
  try {
    while (products.waiting > 0) {
      await products.write();
      writing.update(left - products.waiting);
    }
  } finally {
    writing.stop();
  }
  const written = await rejects.close();

  const adds = products.rows.total === rows;
  console.log(`${thousands(rows)} rows ${adds ? '=' : 'IS NOT'} ${products.rows.text()}`);
  if (stock !== undefined) console.log(`Stock: ${products.stocks.text()}`);
  if (written.length > 0) console.log(`Refused rows, with their reasons: ${written.join(', ')}`);
  console.log(`Took ${seconds(performance.now() - started)}, ${memory()} MB at most.`);
  return adds && products.stocks.of('refused') === 0 ? 0 : 1;
});

function currencyOf(code: string | undefined): string {
  if (code !== undefined && Intl.supportedValuesOf('currency').includes(code)) return code;
  throw new Fault(`--currency takes an ISO 4217 code such as GBP${code === undefined ? '' : `, not "${code}"`}.`);
}

function memory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1_024);
}
