/** Where Redis is, as `REDIS_URL` says it. */
export interface RedisAddress {
  kind: 'single' | 'sentinel' | 'cluster';
  /** The server; or the Sentinels to ask; or nodes of the cluster that tell of the others. */
  hosts: { host: string; port: number }[];
  tls: boolean;
  username?: string;
  password?: string;
  /** Of a single server: which of its databases. */
  db: number;
  /** Of Sentinel: the name of the primary it watches. */
  primary: string;
}

const PORTS = { single: 6379, sentinel: 26379, cluster: 6379 };

/** Reads the forms of `REDIS_URL`; `new URL` knows no lists of hosts. A password is percent-encoded, as in any URL. */
export function parseRedisUrl(url: string): RedisAddress {
  const [, secure, form = 'single', credentials, list = '', path = ''] =
    /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:(.*)@)?([^/?@]+)\/?([^?]*)/.exec(url) ?? [];
  if (!list) throw new Error('This is no URL of Redis.'); // without it: it may hold a password
  const kind = form as RedisAddress['kind'];
  const [username, password] = (credentials ?? '').split(/:(.*)/s).map(decodeURIComponent);
  return {
    kind,
    hosts: list.split(',').map((text) => hostOf(text, PORTS[kind])),
    tls: secure === 's',
    username: username || undefined,
    password: password || undefined,
    db: kind === 'single' ? Number(path) || 0 : 0,
    primary: kind === 'sentinel' ? path : '',
  };
}

/** For messages: the hosts and what is asked for there, never a password. */
export function redisHosts(url: string): string {
  const { hosts, primary } = parseRedisUrl(url);
  return `${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}${primary && `/${primary}`}`;
}

/** `name`, `name:port`, `[::1]:port`. */
function hostOf(text: string, fallback: number): { host: string; port: number } {
  const [, six, name = '', port] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  return { host: six ?? name, port: Number(port ?? fallback) };
}
