import createClient from 'openapi-fetch';
import type { components, paths } from './api-types.js';
import { ADMIN_KEY } from './server.js';

export type Order = components['schemas']['Order'];
export type PlacedOrder = components['schemas']['PlacedOrder'];

export const shopUrl = () => process.env.FLOODGATE_URL ?? 'http://localhost:3000';

/** The typed client generated from /openapi.json: the contract is tested by use. */
export function api(token?: string, url = shopUrl()) {
  return createClient<paths>({
    baseUrl: url,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    // Lists go as repeated parameters: sku=a&sku=b.
    querySerializer: { array: { style: 'form', explode: true } },
  });
}

export const asAdmin = (url = shopUrl()) => api(ADMIN_KEY, url);

let count = 0;
/** A word nobody else uses: journeys share one server and make their own data. */
export function unique(word: string): string {
  count += 1;
  return `${word}-${process.pid}-${Date.now().toString(36)}-${count}`;
}
