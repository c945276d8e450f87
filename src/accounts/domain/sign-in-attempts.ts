import { hashOf } from './secrets.js';

export const MOST_FAILURES = 10;
export const WINDOW_MINUTES = 15;

/**
 * Attempts are counted by e-mail and address together: a stranger's failures elsewhere lock nobody out. Hashed, since the
 * counter needs to know neither.
 */
export function attemptKey(email: string, ip: string): Buffer {
  return hashOf(`${email.toLowerCase()} ${networkOf(ip)}`);
}

/** An IPv6 customer has a /64 of addresses to choose from, so that is what counts. */
export function networkOf(ip: string): string {
  if (!ip.includes(':') || ip.includes('.')) return ip;
  const [head = [], tail = []] = ip.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
