import type { Database, Transaction } from '#libs/database';
import { canHaveTypos, swaps, typosAllowed, typosBetween } from '../domain/words.js';

const CANDIDATES = 30;
const MOST_NEAR = 5;

/** Keeps the words of products. Those that no product has any more stay: as corrections they just find nothing. */
export async function learnWords(tx: Transaction, words: Iterable<string>): Promise<void> {
  const learned = [...new Set(words)].filter(canHaveTypos).sort();
  if (learned.length === 0) return;
  // Sorted, so that two who learn the same words do not wait for each other in a circle.
  await tx.query('INSERT INTO catalog.vocabulary SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [learned]);
}

/**
 * The known words that are a typo or two away from those asked for, nearest first. None for a word that some product
 * on sale has, or one that begins with it: that one is spelled right. Candidates come by their trigrams (pg_trgm, as its
 * manual's "Text Search Integration" has it) and by swapping neighbouring letters; the edit distance picks from them.
 */
export async function nearWords(database: Database, asked: readonly string[]): Promise<Map<string, string[]>> {
  const words = asked.filter(canHaveTypos);
  if (words.length === 0) return new Map();
  const swapped = words.flatMap((word) => swaps(word).map((guess) => ({ word, guess })));
  const candidates = await database.query<{ asked: string; word: string }>(
    `WITH asked AS MATERIALIZED (
       SELECT word FROM unnest($1::text[]) AS a (word) WHERE NOT EXISTS (
         SELECT FROM catalog.products p
         WHERE p.search @@ to_tsquery('catalog.stemmed', a.word || ':*') AND p.status = 'active'))
     SELECT asked.word AS asked, near.word FROM asked CROSS JOIN LATERAL (
       SELECT v.word FROM catalog.vocabulary v WHERE v.word % asked.word
       ORDER BY similarity(v.word, asked.word) DESC, v.word LIMIT ${CANDIDATES}) near
     UNION
     SELECT asked.word, v.word FROM asked JOIN unnest($2::text[], $3::text[]) AS s (word, guess) USING (word)
     JOIN catalog.vocabulary v ON v.word = s.guess`,
    [words, swapped.map(({ word }) => word), swapped.map(({ guess }) => guess)],
  );
  return new Map(words.map((word) => [word, nearest(word, candidates)]));
}

function nearest(asked: string, candidates: readonly { asked: string; word: string }[]): string[] {
  const limit = typosAllowed(asked);
  return candidates
    .filter((candidate) => candidate.asked === asked)
    .map(({ word }) => ({ word, typos: typosBetween(asked, word, limit) }))
    .filter(({ typos }) => typos <= limit)
    .sort((a, b) => a.typos - b.typos || (a.word < b.word ? -1 : 1))
    .slice(0, MOST_NEAR)
    .map(({ word }) => word);
}
