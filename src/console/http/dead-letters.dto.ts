import { listOf, PageQuery } from '#libs/http';
import { DeadLetter } from '#libs/messaging';
import { z } from 'zod';

export const DeadLettersQuery = z.object({
  ...PageQuery,
  queue: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'The module that could not handle it, such as `notifications`.' }),
  message: z.string().max(200).optional().meta({ description: 'A name such as `notifications.send-notification`.' }),
});

export const DeadLetterList = listOf(DeadLetter, 'DeadLetterList');
