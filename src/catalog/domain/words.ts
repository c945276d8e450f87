const LONGEST_WORD = 40;

/**
 * The words of a text as search compares them: lower case, without accents, punctuation or symbols. `Café-Crème` is
 * `cafe`, `creme`. Products and searches go through the same function, so what it does to a word never matters.
 */
export function wordsOf(text: string): string[] {
  const bare = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const folded = bare.normalize('NFC').toLowerCase();
  return folded.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => word !== '');
}

/** Words of letters alone, long enough that a slip of the finger still leaves something to recognise. */
export function canHaveTypos(word: string): boolean {
  return /^\p{L}{4,}$/u.test(word) && word.length <= LONGEST_WORD;
}

/** Edits that are taken for a typo. The lengths are those Meilisearch found good, one letter more generous. */
export function typosAllowed(word: string): number {
  return word.length >= 8 ? 2 : 1;
}

/**
 * Edits between two words: a letter more, less, other, or two neighbours swapped (optimal string alignment distance,
 * Damerau 1964). Above `limit` the answer is just some number above it.
 */
export function typosBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = [at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + other];
      if (swapped) edits.push(at(beforeLast, j - 2) + 1);
      row.push(Math.min(...edits));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], index: number) => row[index] ?? Number.MAX_SAFE_INTEGER;

/** The word with each two neighbouring letters swapped: trigrams alone do not see that `balck` is `black`. */
export function swaps(word: string): string[] {
  const swapAt = (i: number) => `${word.slice(0, i)}${word[i + 1]}${word[i]}${word.slice(i + 2)}`;
  return Array.from({ length: word.length - 1 }, (_, i) => swapAt(i));
}
