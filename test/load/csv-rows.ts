import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { Fault, pathOf } from './command.js';
import { Decode, type Encoding, ENCODINGS } from './decode.js';

export interface Row {
  file: string;
  line: number;
  header: readonly string[];
  fields: readonly string[];
  /** Why the row cannot be read; its fields are then not to be trusted. */
  fault?: string;
}

export interface CsvOptions {
  delimiter: string;
  encoding: Encoding;
  /** Columns that every file must have. */
  columns: readonly string[];
  /** Told of the bytes read from the disk. */
  onBytes?: (bytes: number) => void;
}

/** One row in quotes that never close would else be the rest of the file. */
const MOST_CHARACTERS_A_ROW = 1_000_000;

/** Bytes of all files. Throws a Fault for the first one that cannot be read. */
export async function sizeOf(files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new Fault('Name at least one CSV file. --help says how.');
  let bytes = 0;
  for (const [at, file] of files.entries()) {
    const found = await stat(pathOf(file)).catch(() => undefined);
    if (found?.isDirectory()) throw new Fault(`${file} is a folder. Name the files in it, such as ${file}/*.csv.`);
    if (!found?.isFile()) throw new Fault(`There is no file ${file}.`);
    if (files.indexOf(file) !== at) throw new Fault(`${file} is named twice.`);
    bytes += found.size;
  }
  return bytes;
}

/**
 * The rows of the files, one at a time, however large the files are. Empty fields at the end of a row may be missing or
 * too many; a row that is broken otherwise comes with its fault. Throws a Fault with file and line for what is no CSV.
 */
export async function* readRows(files: readonly string[], options: CsvOptions): AsyncGenerator<Row> {
  for (const file of files) yield* readFile(file, options);
}

async function* readFile(file: string, { delimiter, encoding, columns, onBytes }: CsvOptions): AsyncGenerator<Row> {
  let header: readonly string[] | undefined;
  let rows = 0;
  let last = 0;
  const parser = parse({
    delimiter,
    info: true,
    on_record: (record: string[], { lines }) => {
      last = lines; // here, as rows that were parsed before an error are not all handed out
      return record;
    },
    max_record_size: MOST_CHARACTERS_A_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const input = createReadStream(pathOf(file));
  input.on('data', (chunk) => onBytes?.(chunk.length));
  pipeline(input, new Decode(file, encoding), parser, () => undefined); // its error is the parser's, thrown below
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (!header) {
        header = record.map((name) => name.trim());
        demand(file, header, columns, delimiter);
        continue;
      }
      const fields = fitted(record, header.length);
      const fault = fields.length === header.length ? undefined : `${fields.length} columns, not ${header.length}`;
      yield { file, line: info.lines, header, fields, fault };
      rows += 1;
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(file, last, error) : error;
  }
  if (!header) throw new Fault(`${file} is empty. Its first line names the columns.`);
  if (rows === 0) throw new Fault(`${file} has a line of column names and no row.`);
}

/** As many fields as there are columns; a record with too much in it stays as it is. */
function fitted(record: readonly string[], columns: number): readonly string[] {
  if (record.slice(columns).some((field) => field.trim() !== '')) return record;
  return Array.from({ length: columns }, (_, column) => record[column] ?? '');
}

const MEANINGS: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a field opens with a quote that nothing closes',
  CSV_INVALID_CLOSING_QUOTE: 'a quote closes a field, and more follows before the delimiter',
  INVALID_OPENING_QUOTE: 'a quote stands in a field that does not begin with one',
  CSV_MAX_RECORD_SIZE: `the row has more than ${MOST_CHARACTERS_A_ROW} characters: a quote may not be closed`,
};

/** `last`: where the last good row ended. A quote that never closes takes the parser far beyond the line it stands in. */
function unreadable(file: string, last: number, error: CsvError): Fault {
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
  const line = isOpen ? last + 1 : Number(error.lines);
  return new Fault(
    `${file}, line ${line}, field ${Number(error.index) + 1}: ${MEANINGS[error.code] ?? error.message}. Nothing of this ` +
      'file was used. A quote that belongs to a text is written "" between quotes.',
  );
}

function demand(file: string, header: readonly string[], columns: readonly string[], delimiter: string): void {
  const missing = columns.find((column) => !header.includes(column));
  const twice = columns.find((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (twice !== undefined) throw new Fault(`${file} has two columns "${twice}".`);
  if (missing === undefined) return;
  const other = [';', '\t', '|', ','].find((sign) => sign !== delimiter && header[0]?.includes(sign));
  const hint = header.length === 1 && other ? ` Is the delimiter another one? --delimiter '${other}'` : '';
  throw new Fault(`${file} has no column "${missing}" (--map names them). It has: ${header.join(', ')}.${hint}`);
}

/** The trimmed text of a column; empty where the row has none. */
export function cell(row: Row, column: string): string {
  return row.fields[row.header.indexOf(column)]?.trim() ?? '';
}

export function encodingOf(name: string): Encoding {
  const known = ENCODINGS.find((encoding) => encoding === name);
  if (known) return known;
  throw new Fault(`--encoding takes ${ENCODINGS.join(', ')}, not "${name}".`);
}

export function delimiterOf(text: string): string {
  if (text.length === 1 && !/["\r\n]/.test(text)) return text;
  throw new Fault(`--delimiter takes one character, such as ; and no quote, not "${text}".`);
}
