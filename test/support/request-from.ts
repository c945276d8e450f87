import { Agent, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
  /** Addresses that nginx tried, the one that answered last. */
  upstreams: string[];
}

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The client's own address, such as 127.0.7.1: all of 127.0.0.0/8 is this machine (on Linux). */
  from?: string;
}

const agents = new Map<string, Agent>();

/** One request through nginx, by node:http, as `fetch` cannot choose the address it comes from. */
export async function ask(
  url: string,
  { method = 'GET', headers = {}, body, from = '127.0.0.1' }: Asked = {},
): Promise<Answer> {
  const agent = agents.get(from) ?? new Agent({ keepAlive: false, localAddress: from });
  agents.set(from, agent);
  const sent = request(url, { method, headers, agent, timeout: 20_000 });
  sent.on('timeout', () => sent.destroy(new Error(`${method} ${url} had no answer within 20 s.`)));
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
    upstreams: String(response.headers['x-upstream'] ?? '').split(', '),
  };
}
