/**
 * Named places where a test may kill this process, to show that a crash there loses nothing (after Postgres's
 * injection points and TiKV's fail-rs). `FAILPOINT=relay.after-add:3` kills at the third pass; unset, a pass costs one
 * comparison.
 */
const [point, pass = '1'] = (process.env.FAILPOINT ?? '').split(':');
let left = Number(pass);

export function failpoint(name: string): void {
  if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL');
}

/** `INJECT=twice` delivers every message twice, to expose what is not idempotent (after Service Weaver's weavertest). */
export const EVERYTHING_TWICE = process.env.INJECT === 'twice';
