import { shape } from './settings.js';

/** The settings table of the README, in Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(shape).map(([name, type]) => {
    const fallback = type.safeParse(undefined);
    const value = fallback.success && String(fallback.data ?? '') ? `\`${String(fallback.data)}\`` : '';
    return `| \`${name}\` | ${value} | ${type.description ?? ''} |`;
  });
  rows.push(
    '| `<MODULE>_DATABASE_URL` | `DATABASE_URL` | The database of one module, e.g. `ORDERS_DATABASE_URL`. |',
    '| `<MODULE>_DIRECT_URL` | `DIRECT_URL` | Where the module is migrated, as the owner of its tables, past any pooler. |',
    '| `<MODULE>_GRPC_URL` | `<module>-grpc:50051` | Where a module is asked that another process hosts: a name, spread over all of its addresses, or a list. |',
    '| `<NAME>_FILE` | | Of `SECRET`, `ADMIN_API_KEY`, `REDIS_URL`, `SMTP_URL` and each database URL: a file to read it from, as mounted secrets are. |',
  );
  return ['| setting | default | what it does |', '| --- | --- | --- |', ...rows].join('\n');
}
