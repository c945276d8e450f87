import { randomUUID } from 'node:crypto';

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Continues the caller's W3C trace (a new span of it), or begins one where the header is missing or malformed. */
export function continueTrace(header?: unknown): string {
  const given = typeof header === 'string' ? FORM.exec(header)?.[1] : undefined;
  const traceId = given && !/^0+$/.test(given) ? given : randomHex();
  return `00-${traceId}-${randomHex().slice(0, 16)}-01`;
}

/** 32 digits. randomUUID draws its entropy in bulk; randomBytes makes a system call each time. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
