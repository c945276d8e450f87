import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { asAdmin, shopUrl, unique } from '../support/api.js';
import { runTool } from '../support/run-tool.js';

const HEADER = 'sku,title,price';
let folder: string;
let sku: string;

jest.setTimeout(60_000);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'floodgate-dirty-'));
});
beforeEach(() => {
  sku = unique('D').toUpperCase();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function imported(content: string | Buffer, ...options: string[]) {
  await writeFile(join(folder, 'file.csv'), content);
  return runTool('import', ['file.csv', '--currency', 'EUR', '--url', shopUrl(), ...options], { cwd: folder });
}

async function titleOf(code: string): Promise<string | undefined> {
  const { data } = await asAdmin().GET('/v1/products', { params: { query: { sku: code } } });
  return data?.items[0]?.title;
}

describe('a file that is no table', () => {
  it.each([
    [
      'a stray quote',
      (rows: string) => `${HEADER}\n${rows}X-1,"open,1.00\n${rows}`,
      /line 3.*a quote that nothing closes/,
    ],
    ['a quote in a field', (rows: string) => `${HEADER}\n${rows}X-1,15" TV,1.00\n`, /line 3.*does not begin with one/],
    ['more after a quote', (rows: string) => `${HEADER}\n${rows}X-1,"a"b,1.00\n`, /line 3.*before the delimiter/],
    [
      'latin1 that calls itself UTF-8',
      () => Buffer.from(`${HEADER}\nX-1,K\xfcche,1.00\n`, 'latin1'),
      /line 2, column 6: no utf8 text.*windows-1252/,
    ],
    [
      'UTF-16 without a mark',
      () => Buffer.from(`${HEADER}\nX-1,K,1.00\n`, 'utf16le'),
      /line 1, column 2: a NUL.*utf16le/,
    ],
    ['nothing', () => '', /is empty/],
    ['column names alone', () => `${HEADER}\n`, /no row/],
    ['another delimiter', () => 'sku;title;price\nX;Y;1.00\n', /--delimiter ';'/],
    ['a column twice', () => 'sku,title,price,price\nX,Y,1.00,2.00\n', /two columns "price"/],
  ])('of %s ends with 1, says where, and writes nothing', async (_, content, message) => {
    const { code, err, out } = await imported(content(`${sku},Lamp,2.00\n`));
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
    expect(out).toBe('');
    expect(code).toBe(1);
    expect(await titleOf(sku)).toBeUndefined();
  });

  it.each([
    ['--encoding', 'klingon', /--encoding takes utf8, utf16le, windows-1252, latin1, not "klingon"/],
    ['--delimiter', ',,', /--delimiter takes one character/],
    ['--decimal', ';', /--decimal takes \. or ,/],
    ['--rejects', 'file.csv', /would be written over .*file\.csv/],
  ])('with %s %s is refused in one line, and stays as it was', async (option, value, message) => {
    const { code, err } = await imported(`${HEADER}\n${sku},Lamp,2.00\n`, option, value);
    expect(err).toMatch(message);
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'file.csv'), 'utf8')).toContain(sku);
  });

  it('but a folder, or is named twice, is told so', async () => {
    const run = (...files: string[]) => runTool('import', [...files, '--currency', 'EUR'], { cwd: folder });
    expect((await run('.')).err).toMatch(/\. is a folder/);
    expect((await run('file.csv', 'file.csv')).err).toMatch(/named twice/);
  });
});

describe('a file of another house', () => {
  it.each([
    ['with a byte order mark', (row: string) => `\ufeff${HEADER}\n${row}\n`, []],
    [
      'from Excel on Windows',
      (row: string) => Buffer.from(`${HEADER}\r\n${row.replace('\u2019', '\x92')}\r\n`, 'latin1'),
      ['--encoding', 'windows-1252'],
    ],
    ['in UTF-16', (row: string) => Buffer.from(`\ufeff${HEADER}\n${row}\n`, 'utf16le'), []],
    ['with a CRLF header over LF rows', (row: string) => `${HEADER}\r\n${row}\n`, []],
    ['with trailing delimiters', (row: string) => `${HEADER}\n${row},,\n`, []],
    ['with short rows', (row: string) => `${HEADER},description,categories\n${row}\n`, []],
    [
      'with semicolons and decimal commas',
      (row: string) => `${HEADER}\n${row.replace('.', ',')}\n`.replace(/,(?=\D)|,(?=\d+,)/g, ';'),
      ['--delimiter', ';', '--decimal', ','],
    ],
  ])('%s is read as it was meant', async (_, content, options) => {
    const { code, out, err } = await imported(content(`${sku},Ada\u2019s K\u00fcche,2.55`), ...options);
    expect(`${err}${out}`).toMatch(/1 rows = 1 created/);
    expect(code).toBe(0);
    expect(await titleOf(sku)).toBe('Ada\u2019s K\u00fcche');
    const { data } = await asAdmin().GET('/v1/products', { params: { query: { sku } } });
    expect(data?.items[0]?.variants[0]?.price).toEqual({ amount: 255, currency: 'EUR' });
  });
});

describe('invoices that are dirty', () => {
  const COLUMNS = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID';
  const replayed = async (rows: string[], ...options: string[]) => {
    await imported(`${HEADER}\n${sku},Lamp,2.00\n`, '--stock', '1000');
    await writeFile(join(folder, 'invoices.csv'), `${[COLUMNS, ...rows].join('\n')}\n`);
    return runTool('replay', ['invoices.csv', '--url', shopUrl(), '--patience', '5', ...options], { cwd: folder });
  };
  const row = (number: string, quantity: string, date = '2010-12-01 08:26:00') =>
    `${number},${sku},Lamp,${quantity},${date},2.00,17850`;

  it('are named row by row where a number cannot be read, and the exit code is 1', async () => {
    const { code, out } = await replayed([row(`${sku}-1`, '"1,000"'), row(`${sku}-2`, '0x10'), row(`${sku}-3`, '2')]);
    expect(out).toContain('invoices.csv, line 2: the quantity "1,000" is no whole number');
    expect(out).toContain('invoices.csv, line 3: the quantity "0x10" is no whole number');
    expect(out).toMatch(/3 invoices = 1 confirmed \+ 0 rejected \+ 2 skipped/);
    expect(code).toBe(1);
  });

  it('are orders where their number begins with C or has a space', async () => {
    const { code, out } = await replayed([row(`CH-${sku}`, '1'), row(`INV ${sku}`, '2'), row(`C${sku}`, '-1')]);
    expect(out).toMatch(/3 invoices = 2 confirmed \+ 0 rejected \+ 1 skipped\n {2}skipped: 1 cancellation/);
    expect(code).toBe(0);
  });

  it('without a date are refused where the time matters, and placed where it does not', async () => {
    const rows = [row(`${sku}-1`, '1'), row(`${sku}-2`, '1', '01.12.2010')];
    const { code, err } = await replayed(rows, '--speed', '1000');
    expect(err).toMatch(new RegExp(`^Invoice ${sku}-2 has no date such as 2010-12-01 08:26:00`, 'm'));
    expect(code).toBe(1);
    expect((await replayed(rows)).code).toBe(0);
  });
});

describe('the sample that ships', () => {
  it('is imported and replayed by the commands of the README', async () => {
    const root = join(import.meta.dirname, '..', '..').replace(/\/dist$/, '');
    const commands = [
      ...(await readFile(join(root, 'README.md'), 'utf8')).matchAll(/^\$ npm run (import|replay) -- (test\/.*)$/gm),
    ];
    expect(commands).toHaveLength(2);
    for (const [, tool, options] of commands) {
      const { code, out } = await runTool(
        tool as 'import' | 'replay',
        [...(options ?? '').split(' '), '--url', shopUrl()],
        { cwd: root },
      );
      expect(out).toMatch(/^200 rows = /m);
      expect(code).toBe(0);
    }
  });
});
