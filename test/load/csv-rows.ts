import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Info, parse } from 'csv-parse';
import { Fault, pathOf } from './command.js';

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
  encoding: BufferEncoding;
  /** Columns that every file must have. */
  columns: readonly string[];
  /** Told of the bytes read from the disk. */
  onBytes?: (bytes: number) => void;
}

/** Bytes of all files. Throws a Fault for the first one that cannot be read. */
export async function sizeOf(files: readonly string[]): Promise<number> {
  if (files.length === 0) throw new Fault('Name at least one CSV file. --help says how.');
  let bytes = 0;
  for (const file of files) {
    const found = await stat(pathOf(file)).catch(() => undefined);
    if (!found?.isFile()) throw new Fault(`There is no file ${file}.`);
    bytes += found.size;
  }
  return bytes;
}

/** The rows of the files, one at a time, however large the files are. A row that is broken comes with its fault. */
export async function* readRows(files: readonly string[], options: CsvOptions): AsyncGenerator<Row> {
  for (const file of files) yield* readFile(file, options);
}

async function* readFile(file: string, { delimiter, encoding, columns, onBytes }: CsvOptions): AsyncGenerator<Row> {
  const skipped: Row[] = [];
  let header: readonly string[] | undefined;
  const parser = parse({
    bom: true,
    delimiter,
    encoding,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error, raw) => {
      const line = (error as { lines?: number } | undefined)?.lines ?? 0;
      skipped.push({ file, line, header: header ?? [], fields: [raw ?? ''], fault: `unreadable: ${error?.message}` });
      return undefined;
    },
  });
  const input = createReadStream(pathOf(file));
  input.on('data', (chunk) => onBytes?.(chunk.length));
  input.on('error', (error) => parser.destroy(error));
  for await (const { record: fields, info } of input.pipe(parser) as AsyncIterable<{ record: string[]; info: Info }>) {
    if (!header) {
      header = fields.map((name) => name.trim());
      demand(file, header, columns);
      continue;
    }
    yield* skipped.splice(0);
    const fault = fields.length === header.length ? undefined : `${fields.length} columns, not ${header.length}`;
    yield { file, line: info.lines, header, fields, fault };
  }
  yield* skipped;
}

function demand(file: string, header: readonly string[], columns: readonly string[]): void {
  const missing = columns.find((column) => !header.includes(column));
  if (missing === undefined) return;
  throw new Fault(`${file} has no column "${missing}" (--map names them). It has: ${header.join(', ')}.`);
}

/** The trimmed text of a column; empty where the row has none. */
export function cell(row: Row, column: string): string {
  return row.fields[row.header.indexOf(column)]?.trim() ?? '';
}

export function encodingOf(name: string): BufferEncoding {
  if (['utf8', 'utf16le', 'latin1'].includes(name)) return name as BufferEncoding;
  throw new Fault(`--encoding takes utf8, utf16le or latin1, not "${name}".`);
}
