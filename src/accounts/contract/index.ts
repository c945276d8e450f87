import { query } from '#libs/kernel';
import { z } from 'zod';

/** Who holds this API key; null where it is unknown or revoked. */
export const VerifyApiKey = query('accounts.verify-api-key', {
  question: z.object({ key: z.string() }),
  answer: z.object({ id: z.string(), role: z.enum(['staff', 'admin']) }).nullable(),
});
