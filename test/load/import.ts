import { parseArgs } from 'node:util';
import { minorDigits } from '#libs/kernel';
import { command, Fault, mapOf, seconds, thousands, wholeNumberOf } from './command.js';
import { encodingOf, readRows, sizeOf } from './csv-rows.js';
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
  --encoding   utf8 (default), utf16le or latin1
  --url        the server: ${DEFAULT_URL}

The last price and title of a SKU win. SKUs are case-sensitive. Refused, with the reason: rows without a SKU or without a
price above 0, and what the catalog refuses. The admin key is ADMIN_API_KEY, else DATA_DIR/admin.key.`;

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
      encoding: { type: 'string', default: 'utf8' },
      url: { type: 'string', default: DEFAULT_URL },
    },
  });
  const names = { sku: 'sku', title: 'title', price: 'price', description: 'description', categories: 'categories' };
  const columns = mapOf(values.map, names);
  const currency = currencyOf(values.currency);
  const stock = values.stock === undefined ? undefined : wholeNumberOf('stock', values.stock);
  const bytes = await sizeOf(files);
  const shop = await openShop(values.url);
  const rejects = new Rejects(values.rejects);
  await rejects.clear(files);
  const products = new ProductImport(shop, rejects, { columns, currency, digits: minorDigits(currency), stock });

  let rows = 0;
  let read = 0;
  const counts = () => `${thousands(rows)} rows, ${thousands(products.rows.of('refused'))} refused`;
  const reading = showProgress('reading', bytes, counts);
  const csv = {
    delimiter: values.delimiter,
    encoding: encodingOf(values.encoding),
    columns: [columns.sku, columns.title, columns.price],
    onBytes: (more: number) => reading.update((read += more)),
  };
  try {
    for await (const row of readRows(files, csv)) {
      rows += 1;
      await products.add(row);
    }
  } finally {
    reading.stop();
  }
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
