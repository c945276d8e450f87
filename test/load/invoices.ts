import { Counter, Fault } from './command.js';
import { type Decimal, isDecimal } from './price.js';
import { cell, type CsvOptions, readRows, type Row } from './csv-rows.js';

export type InvoiceColumns = Record<'invoice' | 'sku' | 'quantity' | 'price' | 'date' | 'customer', string>;

export interface Invoice {
  number: string;
  /** Milliseconds; only differences count, for the file names no time zone. Undefined where it cannot be read. */
  at?: number;
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
  /** Rows that say something which cannot be read: where, and what. */
  unreadable: string[];
}

/** Codes of the UCI Online Retail data that are charges, fees and corrections. */
export const NO_GOODS = ['POST', 'DOT', 'C2', 'D', 'M', 'm', 'S', 'B', 'CRUK', 'BANK CHARGES', 'AMAZONFEE'];

const CANCELLATION = 'cancellation';

/** Reads what is to be ordered. An invoice's rows need not stand together. */
export async function planOrders(
  files: readonly string[],
  columns: InvoiceColumns,
  noGoods: readonly string[],
  csv: Omit<CsvOptions, 'columns'> & { decimal: Decimal },
): Promise<Plan> {
  const all = new Map<string, Invoice>();
  const plan: Plan = {
    invoices: new Map(),
    skipped: new Counter(),
    rows: 0,
    skippedRows: new Counter(),
    unreadable: [],
  };
  for await (const row of readRows(files, { ...csv, columns: Object.values(columns) })) {
    plan.rows += 1;
    const number = cell(row, columns.invoice);
    const fault = row.fault ?? faultOf(row, columns, csv.decimal);
    const reason = fault ? 'unreadable' : whySkipped(row, columns, noGoods);
    if (reason) plan.skippedRows.add(reason);
    if (fault) plan.unreadable.push(`${row.file}, line ${row.line}: ${fault}: ${row.fields.join(csv.delimiter)}`);
    if (row.fault || number === '') continue;
    const invoice = all.get(number) ?? begin(row, number, columns);
    all.set(number, invoice);
    if (!reason) invoice.lines.push({ sku: cell(row, columns.sku), quantity: Number(cell(row, columns.quantity)) });
  }
  for (const invoice of [...all.values()].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))) {
    if (invoice.lines.length > 0) plan.invoices.set(invoice.number, invoice);
    else plan.skipped.add(invoice.number.startsWith('C') ? CANCELLATION : 'no goods left');
  }
  return plan;
}

/** 6, and 6.0 as a spreadsheet writes it. */
const WHOLE = /^[+-]?\d{1,9}(\.0*)?$/;

/** A number that is written in another way must not be taken for 0, nor 0x10 for 16. */
function faultOf(row: Row, columns: InvoiceColumns, decimal: Decimal): string | undefined {
  const [quantity, price] = [cell(row, columns.quantity), cell(row, columns.price)];
  if (quantity !== '' && !WHOLE.test(quantity)) return `the quantity "${quantity}" is no whole number`;
  if (price !== '' && !isDecimal(price, decimal)) return `the price "${price}" is no decimal number with "${decimal}"`;
  return undefined;
}

function whySkipped(row: Row, columns: InvoiceColumns, noGoods: readonly string[]): string | undefined {
  const [number, sku] = [cell(row, columns.invoice), cell(row, columns.sku)];
  const quantity = cell(row, columns.quantity);
  if (number === '') return 'no invoice number';
  if (number.startsWith('C') && quantity.startsWith('-')) return CANCELLATION;
  if (noGoods.includes(sku)) return `no goods (${sku})`;
  if (sku === '') return 'no SKU';
  if (!(Number(quantity) > 0)) return 'quantity not above 0';
  if (!(Number(cell(row, columns.price).replace(',', '.')) > 0)) return 'price not above 0';
  return undefined;
}

function begin(row: Row, number: string, columns: InvoiceColumns): Invoice {
  const customer = cell(row, columns.customer).replace(/\.0+$/, ''); // 17850.0, as a spreadsheet wrote it
  const name = (customer || `invoice-${number}`).toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const date = cell(row, columns.date);
  // ISO 8601 only: 01.12.2010 is the first of December to some, and the twelfth of January to Date.parse.
  const at = /^\d{4}-\d\d-\d\d/.test(date) ? Date.parse(`${date.replace(' ', 'T')}Z`) : NaN;
  return { number, at: Number.isNaN(at) ? undefined : at, email: `${name}@customers.example`, lines: [] };
}

const LONGEST_REPLAY_MS = 20 * 86_400_000;

/** Throws a Fault where the invoices, oldest first, cannot be placed at this speed. */
export function demandTimes(invoices: Iterable<Invoice>, speed: number): void {
  if (speed === 0) return;
  let first: number | undefined;
  let took = 0;
  for (const { number, at } of invoices) {
    if (at === undefined) {
      throw new Fault(`Invoice ${number} has no date such as 2010-12-01 08:26:00. --speed 0 needs none.`);
    }
    first ??= at;
    took = (at - first) / speed;
  }
  if (took > LONGEST_REPLAY_MS) {
    throw new Fault(`At this speed it would take ${Math.round(took / 86_400_000)} days. Use a higher --speed.`);
  }
}
