import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#libs/config';
import { DEMO_CATALOG } from './demo-catalog.js';

/**
 * Loads the demo catalog through the API, on the first embedded start only. The marker is written last: a start that was
 * killed in between begins again, and the keys keep it from making a product twice.
 */
export async function loadDemoOnce(settings: Settings, url: string): Promise<void> {
  const marker = join(settings.DATA_DIR, 'demo.loaded');
  if (existsSync(marker)) return;
  for (const { variants, ...product } of DEMO_CATALOG) {
    const onSale = variants.map(({ onHand: _, ...variant }) => variant);
    await call(settings, `${url}/v1/products`, 'POST', { ...product, status: 'active', variants: onSale });
    for (const { sku, onHand } of variants) await call(settings, `${url}/v1/stock/${sku}`, 'PUT', { onHand });
  }
  writeFileSync(marker, '');
}

async function call(settings: Settings, url: string, method: string, body: Record<string, unknown>) {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${settings.ADMIN_API_KEY}`,
      'content-type': 'application/json',
      ...(method === 'POST' ? { 'idempotency-key': `demo-${encodeURIComponent(String(body.title))}` } : {}),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`The demo catalog could not be loaded: ${method} ${url}: ${await response.text()}`);
}
