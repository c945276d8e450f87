import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings, SETTINGS } from '#libs/config';
import { pickFreePort } from '#libs/embedded';
import { AppError, query } from '#libs/kernel';
import { continueTrace, currentContext, inContext, metrics } from '#libs/observability';
import { type INestMicroservice, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { Handlers } from '../handlers.js';
import { HOSTED, MODULE_MAP } from '../module-map.js';
import { Asker } from './asker.js';
import { askServer, AsksController } from './asks.controller.js';
import { Remote } from './remote.js';
import { Remotes } from './remotes.js';
import { askChannelCredentials } from './tls.js';
import { askCredential } from './wire.js';

const settings = readSettings({ SECRET: 'the-secret-of-this-deployment' });
const remoteAt = (port: number, secret = 'the-secret-of-this-deployment') =>
  new Remote('toys', `127.0.0.1:${port}`, askCredential(secret), askChannelCredentials(settings));
const Echo = query('toys.echo', { question: z.object({ text: z.string() }), answer: z.unknown() });
const Refuse = query('toys.refuse', { question: z.object({}), answer: z.null() });
const Hang = query('toys.hang', { question: z.object({}), answer: z.null() });

@Module({
  imports: [DiscoveryModule],
  controllers: [AsksController],
  providers: [
    Handlers,
    Remotes,
    Asker,
    { provide: SETTINGS, useValue: settings },
    { provide: MODULE_MAP, useValue: {} },
    { provide: HOSTED, useValue: new Map() },
  ],
})
class AnsweringModule {}

describe('a question to a module in another process', () => {
  let server: INestMicroservice;
  let port: number;
  let remote: Remote;
  beforeAll(async () => {
    port = await pickFreePort();
    server = await NestFactory.createMicroservice(AnsweringModule, { ...askServer(port, settings), logger: false });
    const handlers = server.get(Handlers);
    handlers.answer(Echo, async ({ text }) => {
      if (text === 'hang') await new Promise(() => undefined);
      return { text, context: currentContext() };
    });
    handlers.answer(Refuse, () => {
      throw new AppError('toys.refused', 'Not today.', { status: 409, retryAfter: 7 });
    });
    handlers.answer(Hang, () => new Promise<null>(() => undefined));
    await server.listen();
    remote = remoteAt(port);
  });
  afterAll(async () => {
    remote.close();
    await server.close();
  });

  it('takes its trace, its caller and its idempotency key along, each its own', async () => {
    const contexts = ['a', 'b'].map((id) => ({
      traceparent: continueTrace(),
      requestId: `request-${id}`,
      caller: `customer:${id}`,
      idempotencyKey: `key-${id}`,
    }));
    const answers = await Promise.all(
      contexts.map((context) => inContext(context, () => remote.ask('toys.echo', { text: 'hello' }))),
    );
    expect(answers).toEqual(contexts.map((context) => ({ text: 'hello', context })));
  });

  it('shares its call with others of its kind, and gets its own answer', async () => {
    const calls = async () => Number(/toys.echo"\} (\d+)/.exec(await metrics.metrics())?.[1] ?? 0);
    const before = await calls();
    const texts = Array.from({ length: 60 }, (_, index) => String(index));
    const answers = await Promise.all(texts.map((text) => remote.ask('toys.echo', { text })));
    expect(answers).toEqual(texts.map((text) => ({ text })));
    expect((await calls()) - before).toBe(1);
  });

  it('may be long, and its answer too, also in company', async () => {
    const texts = Array.from({ length: 60 }, (_, index) => String(index).repeat(100_000));
    const answers = await Promise.all(texts.map((text) => remote.ask('toys.echo', { text })));
    expect(answers.map((answer) => (answer as { text: string }).text.length)).toEqual(
      texts.map(({ length }) => length),
    );
  });

  it('is refused as it would be in one process', async () => {
    await expect(remote.ask('toys.refuse', {})).rejects.toMatchObject({
      code: 'toys.refused',
      message: 'Not today.',
      status: 409,
      retryAfter: 7,
      isOutage: false,
    });
  });

  it('is an outage, not an error of the asker, where no answer comes in time or nobody knows it', async () => {
    const outage = { code: 'bus.unreachable', status: 503, isOutage: true };
    await Promise.all(
      ['toys.hang', 'toys.unheard-of'].map((name) => expect(remote.ask(name, {})).rejects.toMatchObject(outage)),
    );
  });

  it('is answered also where another one in the same call is not', async () => {
    const [hung, other] = await Promise.allSettled(['hang', 'hello'].map((text) => remote.ask('toys.echo', { text })));
    expect(hung).toMatchObject({ reason: { code: 'bus.unreachable' } });
    expect(other).toMatchObject({ value: { text: 'hello' } });
  });

  it('is not answered to who has another SECRET', async () => {
    const stranger = remoteAt(port, 'another-secret-altogether');
    const refused = { code: 'bus.unreachable', cause: { code: 16 } };
    await expect(stranger.ask('toys.echo', { text: 'hello' })).rejects.toMatchObject(refused);
    stranger.close();
  });

  it('is not even sent while its target has failed again and again', async () => {
    const away = remoteAt(await pickFreePort());
    const causes: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const failure: unknown = await away.ask('toys.echo', { text: '' }).catch((error: unknown) => error);
      causes.push(String((failure as AppError).cause));
    }
    expect(causes.slice(0, 5).every((cause) => cause.includes('UNAVAILABLE'))).toBe(true);
    expect(causes[5]).toMatch(/circuit breaker is open/);
    away.close();
  });
});
