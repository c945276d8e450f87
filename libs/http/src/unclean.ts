import { httpError } from './errors.js';

/** Deeper than any document here, and nothing that a recursive function after this would stumble over. */
const MOST_DEPTH = 20;
/** An order of 2,000 lines has 6,000 values. */
const MOST_VALUES = 50_000;

export interface Fault {
  pointer: string;
  message: string;
}

/**
 * What no part of the system has to bear: NUL, which Postgres cannot store, half a surrogate pair, which is no text, and
 * nesting or numbers of values that would hold up everybody. The first of them, with its JSON pointer (RFC 6901). Without `text` only
 * the latter.
 */
export function findUnclean(value: unknown, { text = true } = {}): Fault | undefined {
  let values = 0;
  const look = (at: unknown, path: readonly string[]): Fault | undefined => {
    values += 1;
    if (values > MOST_VALUES) return { pointer: '', message: `It holds more than ${MOST_VALUES} values. Send less.` };
    if (typeof at === 'string') return text ? textFault(at, path) : undefined;
    if (typeof at !== 'object' || at === null) return undefined;
    if (path.length >= MOST_DEPTH) return { pointer: pointerOf(path), message: 'It is nested too deeply.' };
    for (const [key, inner] of Object.entries(at)) {
      const fault = (text ? textFault(key, [...path, key]) : undefined) ?? look(inner, [...path, key]);
      if (fault) return fault;
    }
    return undefined;
  };
  return look(value, []);
}

/** Throws `http.validation-failed` where there is something unclean. */
export function assertClean(value: unknown): void {
  const fault = findUnclean(value);
  if (fault) throw httpError('http.validation-failed', { errors: [fault] });
}

/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function textFault(text: string, path: readonly string[]): Fault | undefined {
  const message = text.includes('\0') ? 'It holds a NUL character.' : text.isWellFormed() ? '' : 'It is no valid text: half of a character is missing.'; // prettier-ignore
  return message ? { pointer: pointerOf(path.map((part) => part.toWellFormed())), message } : undefined;
}
