import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLog, nestLogger } from './log.js';
import { inContext } from './context.js';
import { continueTrace, traceIdOf } from './trace.js';

describe('the log', () => {
  // nestjs-pino keeps one root logger a process, so these share one.
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const logger = nestLogger('info', log);
  beforeEach(() => void lines.splice(0));

  it('says of an error what it is and where, never what it carried', () => {
    const cause = new TypeError('why');
    const error = Object.assign(new Error('boom', { cause }), { code: '23505', parameters: ['hunter2'] });
    log.error({ err: error }, 'A request failed');
    logger.error(error, 'Orders');
    for (const line of lines) {
      expect(line.err).toMatchObject({ message: 'boom', code: '23505', cause: { message: 'why' } });
      expect((line.err as { stack: string }).stack).toContain('log.spec');
    }
    expect(lines).toMatchObject([{ msg: 'A request failed' }, { context: 'Orders' }]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('blots out secrets', () => {
    log.info({ token: 'a', headers: { authorization: 'b' }, body: { password: 'c', email: 'd' } });
    expect(lines[0]).toMatchObject({
      token: '[redacted]',
      headers: { authorization: '[redacted]' },
      body: { password: '[redacted]', email: 'd' },
    });
  });

  it('carries the trace and the request of the work it is about', () => {
    const traceparent = continueTrace();
    inContext({ traceparent, requestId: 'request-1' }, () => void logger.warn('late', 'Orders'));
    logger.warn('alone', 'Orders');
    expect(lines[0]).toMatchObject({ traceId: traceIdOf(traceparent), requestId: 'request-1', msg: 'late' });
    expect(lines[1]).not.toHaveProperty('traceId');
  });

  it('keeps quiet about the wiring of a boot, and about what is less severe than asked for', () => {
    logger.log('mapped', 'RouterExplorer');
    logger.debug?.('detail', 'Orders');
    logger.log('said', 'Orders');
    expect(lines.map(({ msg }) => msg)).toEqual(['said']);
  });
});
