/** Deeper than any document here, and nothing that a recursive function after this would stumble over. */
const MOST_DEPTH = 20;
/** An order of 2,000 lines has 6,000 values. */
const MOST_VALUES = 50_000;

interface Fault {
  pointer: string;
  message: string;
}

/**
 * What no part of the system has to bear: NUL, which Postgres cannot store, half a surrogate pair, which is no text, and
 * nesting or numbers of values that would hold up everybody. The first of them, with its JSON pointer (RFC 6901). Without
 * `text` only the latter.
 */
export function findUnclean(value: unknown, { text = true } = {}): Fault | undefined {
  let values = 0;
  /** The path grows on the way back from a fault: what is clean pays nothing for it. */
  const look = (at: unknown, depth: number): { path: string[]; message: string } | undefined => {
    values += 1;
    if (values > MOST_VALUES) return { path: [], message: `It holds more than ${MOST_VALUES} values. Send less.` };
    if (typeof at === 'string') return text ? textFault(at) : undefined;
    if (typeof at !== 'object' || at === null) return undefined;
    if (depth >= MOST_DEPTH) return { path: [], message: 'It is nested too deeply.' };
    for (const [key, inner] of Object.entries(at)) {
      const fault = (text ? textFault(key) : undefined) ?? look(inner, depth + 1);
      if (fault) return { ...fault, path: [key, ...fault.path] };
    }
    return undefined;
  };
  const fault = look(value, 0);
  if (!fault) return undefined;
  const { path, message } = fault;
  // Too many values are a fault of the whole, wherever the count ran out.
  return { pointer: values > MOST_VALUES ? '' : pointerOf(path.map((part) => part.toWellFormed())), message };
}

/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function textFault(text: string): { path: string[]; message: string } | undefined {
  if (text.includes('\0')) return { path: [], message: 'It holds a NUL character.' };
  if (!text.isWellFormed()) return { path: [], message: 'It is no valid text: half of a character is missing.' };
  return undefined;
}
