import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asAdmin, shopUrl, unique } from '../support/api.js';
import { runTool } from '../support/run-tool.js';
import { placed, stockOf } from '../support/shop.js';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const MAP = 'sku=StockCode,title=Description,price=UnitPrice';
const mark = unique('r').toUpperCase();
const [LAMP, SMALL_LAMP, MUG] = [`${mark}-L`, `${mark}-l`, `${mark}-M`];

/** Two days of a shop, with every kind of dirt that the real one has. */
const MONDAY = [
  `${mark}1,${LAMP},"Lantern, white",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom`,
  `${mark}1,${LAMP},"Lantern, white",2,2010-12-01 08:26:00,2.55,17850.0,United Kingdom`,
  `${mark}1,${SMALL_LAMP},Small lantern,3,2010-12-01 08:26:00,1.15,17850.0,United Kingdom`,
  `${mark}2,${LAMP},,1,2010-12-01 09:00:00,2.95,,United Kingdom`,
  `${mark}3,${MUG},damaged?,56,2010-12-01 10:00:00,0.0,,United Kingdom`,
  `${mark}4,${LAMP},"Lantern, white",-4,2010-12-01 10:05:00,2.95,,United Kingdom`,
  `C${mark}5,${LAMP},"Lantern, white",-1,2010-12-01 11:00:00,2.95,17850.0,United Kingdom`,
  `${mark}6,${MUG},Mug,5,2010-12-01 12:00:00,1.1,13047.0,France`,
  `${mark}6,${MUG},Mug,1,2010-12-01 12:00:00,1.105,13047.0,France`,
  `${mark}6,,No code,1,2010-12-01 12:00:00,1.0,13047.0,France`,
  `${mark}6,${MUG}`,
];
const TUESDAY = [
  `${mark}7,POST,POSTAGE,1,2010-12-02 08:00:00,18.0,13047.0,France`,
  `${mark}8,POST,POSTAGE,1,2010-12-02 08:10:00,18.0,13047.0,France`,
  `${mark}8,${MUG},Mug,2,2010-12-02 08:10:00,1.1,13047.0,France`,
];

jest.setTimeout(120_000);

let folder: string;
const write = (name: string, rows: readonly string[]) =>
  writeFile(join(folder, name), `${[HEADER, ...rows].join('\n')}\n`);
const importMonday = () =>
  runTool('import', ['monday.csv', '--map', MAP, '--currency', 'GBP', '--stock', '1000', '--url', shopUrl()], {
    cwd: folder,
  });
const replay = (...options: string[]) =>
  runTool('replay', ['monday.csv', 'tuesday.csv', '--speed', '0', '--url', shopUrl(), ...options], { cwd: folder });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-replay-'));
  await write('monday.csv', MONDAY);
  await write('tuesday.csv', TUESDAY);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The steps build on each other, as they do for the person who types them. */
describe('importing and replaying the files of a shop', () => {
  it('imports what can be a product, and writes the rest to a file with the reason', async () => {
    const { code, out } = await importMonday();
    expect(out).toMatch(/^11 rows = 4 superseded by a later row of the SKU, 4 refused, 3 created$/m);
    expect(out).toMatch(/^Stock: 3 created$/m);
    expect(code).toBe(0);
    const rejects = await readFile(join(folder, 'monday.csv.rejects.csv'), 'utf8');
    expect(rejects.trimEnd().split('\n')).toEqual([
      `file,line,reason,${HEADER}`,
      `monday.csv,6,the price 0.0 is not above 0,${MONDAY[4]}`,
      `monday.csv,10,the price 1.105 has more than 2 decimals,${MONDAY[8]}`,
      `monday.csv,11,no SKU,${MONDAY[9]}`,
      `monday.csv,12,no price,${MONDAY[10]},,,,,,`,
    ]);
  });

  it('takes the last price of a code, keeps a title that a later row lacks, and tells codes apart by case', async () => {
    const product = async (sku: string) => {
      const { data } = await asAdmin().GET('/v1/products', { params: { query: { sku } } });
      return data?.items.map(({ title, variants }) => [title, variants[0]?.sku, variants[0]?.price.amount]);
    };
    expect(await product(LAMP)).toEqual([['Lantern, white', LAMP, 295]]);
    expect(await product(SMALL_LAMP)).toEqual([['Small lantern', SMALL_LAMP, 115]]);
    expect(await product(MUG)).toEqual([['Mug', MUG, 110]]);
  });

  it('orders every invoice, skips what is none, and reconciles', async () => {
    const { code, out } = await replay();
    expect(out).toMatch(/^14 rows = 7 ordered \+ 7 skipped$/m);
    expect(out).toMatch(/^8 invoices = 4 confirmed \+ 0 rejected \+ 4 skipped$/m);
    expect(out).toMatch(/^ {2}skipped: 3 no goods left, 1 cancellation$/m);
    expect(out).toMatch(/^Placed 4 orders, 0 had been placed before/m);
    expect(out).toMatch(/^20 units of 3 SKUs in confirmed orders; 4 e-mails sent\.$/m);
    expect(out).toMatch(/^Reconciled by API: no difference\.$/m);
    expect(code).toBe(0);
    expect(await stockOf(LAMP)).toEqual({ onHand: 991, reserved: 0, available: 991 });
  });

  it('changes nothing when both run again, and puts no sold unit back', async () => {
    const again = await importMonday();
    expect(again.out).toMatch(/^11 rows = 4 superseded by a later row of the SKU, 4 refused, 3 unchanged$/m);
    expect(again.out).toMatch(/^Stock: 3 kept$/m);
    const { code, out } = await replay();
    expect(out).toMatch(/^Placed 0 orders, 4 had been placed before/m);
    expect(out).toMatch(/^Reconciled by API: no difference\.$/m);
    expect(code).toBe(0);
    expect((await stockOf(LAMP)).onHand).toBe(991);
  });

  it("is not misled by others who order the same goods or by a clerk's adjustment", async () => {
    await placed(MUG, { wait: 30 });
    await asAdmin().POST('/v1/stock/{sku}/adjustments', {
      params: { path: { sku: MUG } },
      body: { delta: -2, reason: 'damaged' },
    });
    expect((await replay()).code).toBe(0);
  });

  it('finds an invoice that was placed with other goods before', async () => {
    await write('tuesday.csv', [...TUESDAY.slice(0, 2), (TUESDAY[2] as string).replace(',2,', ',3,')]);
    const { code, out } = await replay('--patience', '0');
    expect(code).toBe(1);
    expect(out).toContain(`invoice ${mark}8 was not placed: 422`);
    expect(out).toMatch(/^8 invoices ARE NOT 3 confirmed \+ 0 rejected \+ 4 skipped$/m);
    await write('tuesday.csv', TUESDAY);
  });

  it('finds a unit that left the stock without an order', async () => {
    await asAdmin().POST('/v1/stock/{sku}/adjustments', {
      params: { path: { sku: LAMP } },
      body: { delta: -1, reason: 'sold' },
    });
    const { code, out } = await replay('--patience', '0');
    expect(code).toBe(1);
    expect(out).toContain(`1 differences:\n  ${LAMP}: 9 units in confirmed orders, but 10 left the stock`);
  });

  it('says in one line what to do where it cannot work', async () => {
    const nobody = await runTool('replay', ['monday.csv', '--url', 'http://127.0.0.1:9'], { cwd: folder });
    expect(nobody.err).toMatch(
      /^Nothing answers at http:\/\/127\.0\.0\.1:9\. Run "npm start" in another terminal.*\n$/,
    );
    const noFile = await runTool('import', ['none.csv', '--currency', 'GBP'], { cwd: folder });
    expect(noFile.err).toBe('There is no file none.csv.\n');
    const noColumn = await runTool('import', ['monday.csv', '--currency', 'GBP', '--url', shopUrl()], { cwd: folder });
    expect(noColumn.err).toContain('monday.csv has no column "sku" (--map names them). It has: InvoiceNo, StockCode');
    const noOption = await runTool('replay', ['monday.csv', '--sped', '0'], { cwd: folder });
    expect(noOption.err).toBe("Unknown option '--sped'. --help says what there is.\n");
    expect([nobody, noFile, noColumn, noOption].map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  });
});
