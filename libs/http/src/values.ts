import { z } from 'zod';

/** An id of ours, in small letters whatever it was sent in. */
export const Id = z.uuid('Use an id such as 019a0000-0000-7000-8000-000000000001.').toLowerCase();

const MOST_OFFSET_MINUTES = 15 * 60 + 59;

const NO_INSTANT = { error: 'Use a time such as 2026-01-31T12:00:00Z.', abort: true };

/** RFC 3339, from 1970 to 9999, to the millisecond; comes out in UTC. */
export const Instant = z
  .string()
  .max(64, NO_INSTANT)
  .refine(isInstant, NO_INSTANT)
  .overwrite((text) => new Date(text).toISOString())
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00Z'] });

function isInstant(text: string): boolean {
  const [, sign, hours, minutes] =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text) ?? [];
  const isReal = z.iso.datetime({ offset: true }).safeParse(text).success;
  if (!isReal || (sign && Number(hours) * 60 + Number(minutes) > MOST_OFFSET_MINUTES)) return false;
  const year = new Date(text).getUTCFullYear();
  return year >= 1970 && year <= 9999;
}
