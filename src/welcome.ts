import { resolve } from 'node:path';
import type { Settings } from '#libs/config';

const DEMO_SKU = 'TEE-BLACK-M';

/** The one screen a start prints. */
export function welcome(settings: Settings, url: string, embedded: boolean): string {
  const seconds = process.uptime().toFixed(1);
  const megabytes = Math.round(process.memoryUsage().rss / 1_048_576);
  const lines = [
    `Floodgate is open, ${seconds} s after its start, with ${megabytes} MB.`,
    '',
    `  API        ${url}/v1`,
    `  Docs       ${url}/docs`,
    ...(embedded ? [`  Admin key  ${settings.ADMIN_API_KEY}`, `  Data       ${resolve(settings.DATA_DIR)}`] : []),
  ];
  if (embedded) {
    lines.push(
      '',
      'Place an order (paste it):',
      '',
      `  curl -sS ${url}/v1/orders -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)" \\`,
      `    -H 'Prefer: wait=10' -d '{"email":"you@example.com","lines":[{"sku":"${DEMO_SKU}","quantity":1}],"payment":{"method":"test"}}'`,
      '',
      'Ctrl-C stops everything.',
    );
  }
  return lines.join('\n');
}
