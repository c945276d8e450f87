import { Counter } from './command.js';
import { cell, type CsvOptions, readRows, type Row } from './csv-rows.js';

export type InvoiceColumns = Record<'invoice' | 'sku' | 'quantity' | 'price' | 'date' | 'customer', string>;

export interface Invoice {
  number: string;
  /** Milliseconds; only differences count, for the file names no time zone. 0 where it cannot be read. */
  at: number;
  email: string;
  lines: { sku: string; quantity: number }[];
}

export interface Plan {
  /** By number, oldest first: each becomes an order. */
  invoices: Map<string, Invoice>;
  /** Reasons of the invoices that become none. */
  skipped: Counter;
  rows: number;
  skippedRows: Counter;
}

/** Codes of the UCI Online Retail data that are charges, fees and corrections. */
export const NO_GOODS = ['POST', 'DOT', 'C2', 'D', 'M', 'm', 'S', 'B', 'CRUK', 'BANK CHARGES', 'AMAZONFEE'];

const CANCELLATION = 'cancellation';

/** Reads what is to be ordered. An invoice's rows need not stand together. */
export async function planOrders(
  files: readonly string[],
  columns: InvoiceColumns,
  noGoods: readonly string[],
  csv: Omit<CsvOptions, 'columns'>,
): Promise<Plan> {
  const all = new Map<string, Invoice>();
  const plan: Plan = { invoices: new Map(), skipped: new Counter(), rows: 0, skippedRows: new Counter() };
  for await (const row of readRows(files, { ...csv, columns: Object.values(columns) })) {
    plan.rows += 1;
    const number = cell(row, columns.invoice);
    const reason = row.fault ? 'unreadable' : whySkipped(row, columns, noGoods);
    if (reason) plan.skippedRows.add(reason);
    if (row.fault || number === '') continue;
    const invoice = all.get(number) ?? begin(row, number, columns);
    all.set(number, invoice);
    if (!reason) invoice.lines.push({ sku: cell(row, columns.sku), quantity: Number(cell(row, columns.quantity)) });
  }
  for (const invoice of [...all.values()].sort((a, b) => a.at - b.at)) {
    if (isCancellation(invoice.number)) plan.skipped.add(CANCELLATION);
    else if (invoice.lines.length === 0) plan.skipped.add('no goods left');
    else plan.invoices.set(invoice.number, invoice);
  }
  return plan;
}

function whySkipped(row: Row, columns: InvoiceColumns, noGoods: readonly string[]): string | undefined {
  const [number, sku] = [cell(row, columns.invoice), cell(row, columns.sku)];
  const quantity = cell(row, columns.quantity);
  if (number === '') return 'no invoice number';
  if (isCancellation(number)) return CANCELLATION;
  if (noGoods.includes(sku)) return `no goods (${sku})`;
  if (sku === '') return 'no SKU';
  if (!(Number(quantity) > 0)) return 'quantity not above 0';
  if (!Number.isInteger(Number(quantity))) return 'quantity not whole';
  if (!(Number(cell(row, columns.price)) > 0)) return 'price not above 0';
  return undefined;
}

function begin(row: Row, number: string, columns: InvoiceColumns): Invoice {
  const customer = cell(row, columns.customer).replace(/\.0+$/, ''); // 17850.0, as a spreadsheet wrote it
  const name = (customer || `invoice-${number}`).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const date = cell(row, columns.date);
  const at = Date.parse(`${date.replace(' ', 'T')}Z`) || Date.parse(date) || 0;
  return { number, at, email: `${name}@customers.example`, lines: [] };
}

function isCancellation(number: string): boolean {
  return number.startsWith('C');
}
