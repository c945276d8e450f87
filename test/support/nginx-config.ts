import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHIPPED = join(import.meta.dirname, '..', '..').replace(/\/dist$/, '').concat('/docker/nginx'); // prettier-ignore

export type Algorithm = 'round-robin' | 'least-conn' | 'ip-hash';

export interface NginxConfig {
  /** Name -> ports of its replicas on 127.0.0.1. */
  upstreams: Record<string, number[]>;
  /** Default: round robin. */
  algorithm?: Algorithm;
  /** Path prefix, as `serves` in src/modules.ts -> upstream. */
  routes?: Record<string, string>;
  /** Upstream of all other paths. Default: the first one. */
  default?: string;
}

export interface Place {
  /** Where nginx may write. */
  dir: string;
  port: number;
}

/** Of what ships in docker/nginx, with the places and ports of a test; the header `X-Upstream` tells who answered. */
export function renderNginx(config: NginxConfig, { dir, port }: Place): Record<string, string> {
  const { upstreams, algorithm = 'round-robin', routes = {}, default: rest = Object.keys(upstreams)[0] } = config;
  if (!rest) throw new Error('Give nginx at least one upstream.');
  const balance = readFileSync(join(SHIPPED, `${algorithm}.conf`), 'utf8');
  const prefixes = Object.entries(routes).map(([prefix, name]) => `~^${escaped(prefix)}(/|$) ${name};`);
  let main = readFileSync(join(SHIPPED, 'nginx.conf'), 'utf8');
  main = replaced(main, '/tmp/', `${dir}/`);
  main = replaced(main, '/dev/stdout', `${dir}/access.log`); // no file of that name where it is a socket, as in Node
  main = replaced(main, 'error_log stderr warn', 'error_log stderr notice'); // tells when a worker takes no more
  main = replaced(main, 'listen 8080', `listen 127.0.0.1:${port}`);
  main = replaced(main, 'default floodgate;', [`default ${rest};`, ...prefixes].join('\n    '));
  main = replaced(main, 'location / {', 'location / {\n      add_header X-Upstream $upstream_addr always;');
  main = replaced(main, 'internal;', 'internal;\n      add_header X-Upstream $upstream_addr always;');
  const rendered = Object.entries(upstreams).map(([name, ports]) => upstream(balance, name, ports));
  return { 'nginx.conf': main, 'balance.conf': rendered.join('\n') };
}

/** The shipped upstream under another name, its line of servers once for each port. */
function upstream(shipped: string, name: string, ports: number[]): string {
  const [line] = /^.*server floodgate:3000.*$/m.exec(shipped) ?? [''];
  const servers = ports.map((port) => replaced(line, 'floodgate:3000', `127.0.0.1:${port}`)).join('\n');
  const named = replaced(replaced(shipped, line, servers), 'upstream floodgate', `upstream ${name}`);
  return replaced(named, 'zone floodgate', `zone ${name}`);
}

/** Throws where there is nothing to replace: what ships has changed, and the test would run something else. */
function replaced(text: string, what: string, by: string): string {
  if (!text.includes(what))
    throw new Error(`docker/nginx has no "${what}" any more: mend test/support/nginx-config.ts.`);
  return text.replaceAll(what, () => by);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
