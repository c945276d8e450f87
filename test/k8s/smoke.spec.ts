import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_KEY, type Server, startServer } from '../support/server.js';

const SMOKE = join(import.meta.dirname, '../../k8s/smoke.sh');
const STAND_IN = join(import.meta.dirname, 'stand-in');
const folder = mkdtempSync(join(tmpdir(), 'floodgate-smoke-'));
const asked = join(folder, 'asked');

async function smoke(env: Record<string, string>, ...args: string[]) {
  const child = spawn(SMOKE, args, { env: { PATH: process.env.PATH, HOME: folder, ...env }, timeout: 50_000 });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('smoke.sh', () => {
  let server: Server;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await startServer({ DATA_DIR: join(folder, 'data') });
    const PATH = `${STAND_IN}:${process.env.PATH}`;
    env = { PATH, PORT: new URL(server.url).port, ADMIN_API_KEY: ADMIN_KEY, ASKED: asked };
  }, 120_000); // above startServer's own deadline, whose message tells more
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what to do where there is no cluster, and where there is no such module', async () => {
    const lonely = await smoke({ KUBECONFIG: join(folder, 'none') });
    expect(lonely).toEqual({ code: 1, output: expect.stringContaining('Next:   kind create cluster') as unknown });
    const unknown = await smoke(env, 'baskets');
    expect(unknown).toEqual({
      code: 1,
      output: expect.stringMatching(/no module baskets.*Name one of: acc/s) as unknown,
    });
  });

  it('walks: an order is confirmed after each step, and requests are counted', async () => {
    const { code, output } = await smoke(env, 'inventory');
    expect(output.match(/Order \S+ is confirmed/g)).toHaveLength(5);
    expect(output).toMatch(/[1-9]\d* requests answered, 0 failed/);
    expect(code).toBe(0);
    const walk = readFileSync(asked, 'utf8').match(/^.*(apply|scale|restart|delete) .*$/gm) ?? [];
    expect(walk.map((line) => line.replace(/--\w+-?\w*[ =]\S+ ?/g, '').trim())).toEqual([
      'apply -k overlays/local',
      'apply -k overlays/.smoke -l app.kubernetes.io/component=inventory',
      'apply -k overlays/.smoke',
      'scale deployment/floodgate',
      'rollout restart deployment/floodgate',
      'scale deployment/floodgate',
      'apply -k overlays/local',
      'delete deployment,poddisruptionbudget -l app.kubernetes.io/component=inventory',
    ]);
  });

  it('fails, and says what to do, where a rollout, an order or a request does', async () => {
    const stuck = await smoke({ ...env, BROKEN: 'rollout status deployment/floodgate' });
    expect(stuck).toEqual({ code: 1, output: expect.stringMatching(/not ready.*Next: .*describe/s) as unknown });
    const away = await smoke({ ...env, BROKEN: 'port-forward service/orders' });
    expect(away).toEqual({ code: 1, output: expect.stringMatching(/No way to service\/orders.*Next: /s) as unknown });
    const lost = await smoke({ ...env, BROKEN: '-- node' });
    expect(lost).toEqual({ code: 1, output: expect.stringMatching(/Requests were lost.*Next: /s) as unknown });
  });
});
