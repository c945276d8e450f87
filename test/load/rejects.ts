import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { once } from 'node:events';
import { Fault, pathOf } from './command.js';
import type { Row } from './csv-rows.js';

/** Refused rows, each with its reason: one file for each input, or one for all. There is no file where there is none. */
export class Rejects {
  private readonly streams = new Map<string, { stream: WriteStream; header: string }>();

  constructor(private readonly oneForAll?: string) {}

  private pathFor(file: string): string {
    return this.oneForAll ?? `${basename(file)}.rejects.csv`;
  }

  /** Removes what an earlier run wrote. */
  async clear(files: readonly string[]): Promise<void> {
    const [inputs, outputs] = [files.map(pathOf), files.map((file) => pathOf(this.pathFor(file)))];
    const lost = outputs.find((path) => inputs.includes(path));
    if (lost) throw new Fault(`Refused rows would be written over ${lost}. Name another file: --rejects FILE`);
    for (const path of outputs) await rm(path, { force: true });
  }

  async add(row: Row, reason: string): Promise<void> {
    const path = this.pathFor(row.file);
    const header = csvLine(['file', 'line', 'reason', ...row.header]);
    const open = this.streams.get(path) ?? { stream: createWriteStream(pathOf(path)), header: '' };
    if (open.header !== header) open.stream.write(header);
    this.streams.set(path, { ...open, header });
    const line = csvLine([basename(row.file), String(row.line), reason, ...row.fields]);
    if (!open.stream.write(line)) await once(open.stream, 'drain');
  }

  /** Answers the files written. */
  async close(): Promise<string[]> {
    for (const { stream } of this.streams.values()) {
      stream.end();
      await once(stream, 'finish');
    }
    return [...this.streams.keys()];
  }
}

function csvLine(fields: readonly string[]): string {
  return `${fields.map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\n`;
}
