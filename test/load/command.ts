import { isAbsolute, join } from 'node:path';

/** Something the person at the keyboard can mend: printed as one line, without a stack trace. */
export class Fault extends Error {}

/** Runs a command line tool; `main` answers the exit code. */
export async function command(help: string, main: () => Promise<number>): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(help);
    return;
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(faultLine(error));
    process.exitCode = 1;
  }
}

function faultLine(error: unknown): string {
  if (error instanceof Fault) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message.split('. ')[0]}. --help says what there is.`;
  return stack ?? String(error);
}

/** A whole or decimal number of an option, held to its range. */
export function numberOf(name: string, text: string, least = 0, most = 1_000_000_000): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < least || number > most) {
    throw new Fault(`--${name} takes a number from ${least} to ${most}, not "${text}".`);
  }
  return number;
}

export function wholeNumberOf(name: string, text: string, least = 0, most?: number): number {
  const number = numberOf(name, text, least, most);
  if (!Number.isInteger(number)) throw new Fault(`--${name} takes a whole number, not "${text}".`);
  return number;
}

/** `a=b,c=d` as an object, laid over `defaults`; only the keys of `defaults` are taken. */
export function mapOf<K extends string>(text: string | undefined, defaults: Record<K, string>): Record<K, string> {
  const map = { ...defaults };
  for (const pair of text?.split(',') ?? []) {
    const [key, column] = pair.split('=').map((part) => part.trim());
    if (!key || !column || !(key in defaults)) {
      throw new Fault(`--map takes ${Object.keys(defaults).join(', ')} as name=Column,name=Column, not "${pair}".`);
    }
    map[key as K] = column;
  }
  return map;
}

/** npm runs scripts in the project's folder; a path means the folder the person is in. */
export function pathOf(path: string): string {
  return isAbsolute(path) ? path : join(process.env.INIT_CWD ?? process.cwd(), path);
}

const format = new Intl.NumberFormat('en-GB');
export const thousands = (number: number) => format.format(number);
export const seconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** Columns aligned: text to the left, the rest to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n');
}

export class Counter {
  private readonly counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.counts.set(name, this.of(name) + times);
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `3 created, 1 refused`, most first. */
  text(): string {
    const sorted = [...this.counts].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
    return sorted.map(([name, count]) => `${thousands(count)} ${name}`).join(', ');
  }
}
