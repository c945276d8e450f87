import { isId } from '#libs/kernel';
import { wordsOf } from './words.js';

const LONGEST = 80;

/**
 * A slug for a text: `Black tee, M` is `black-tee-m`. Where no Latin letter or digit is in it, `product`; before what
 * looks like an id the same word, as it would be looked up as one.
 */
export function slugOf(text: string): string {
  const words = wordsOf(text).flatMap((word) => word.match(/[a-z0-9]+/g) ?? []);
  const slug = trimmed(words.join('-'), LONGEST) || 'product';
  return isId(slug) ? `product-${slug}` : slug;
}

/** The slug for a product whose own is taken: told apart by the end of its id. */
export function slugApart(slug: string, id: string): string {
  const end = id.slice(-8);
  return `${trimmed(slug, LONGEST - end.length - 1)}-${end}`;
}

/** A category's title, made from its slug: `gift-cards` is `Gift cards`. */
export function titleOf(slug: string): string {
  const title = slug.replaceAll('-', ' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}

const trimmed = (slug: string, length: number) => slug.slice(0, length).replace(/-+$/, '');
