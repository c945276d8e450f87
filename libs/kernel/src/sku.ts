import { z } from 'zod';

const MOST_CHARACTERS = 64;
/** Controls, what is invisible, half a surrogate pair, and each space but the plain one. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|\p{Default_Ignorable_Code_Point}/u;

/** What is wrong with a SKU; undefined where nothing is. */
export function skuFault(sku: string): string | undefined {
  if (sku === '') return 'A SKU is not empty.';
  if ([...sku].length > MOST_CHARACTERS) return `A SKU has ${MOST_CHARACTERS} characters at most.`;
  if (UNSEEN.test(sku)) return 'A SKU has no invisible characters.';
  return sku === '.' || sku === '..' ? 'A SKU is neither . nor .., which no URL can hold.' : undefined;
}

/** Case-sensitive: `abc` and `ABC` are two products. Space around it is left out. */
export const Sku = z
  .string()
  .trim()
  .superRefine((sku, context) => {
    const message = skuFault(sku);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .meta({ minLength: 1, maxLength: MOST_CHARACTERS, examples: ['TEE-BLACK-M'] });
