/**
 * pg takes `require`, `prefer` and `verify-ca` for `verify-full` and warns that its next version will not. Here they stay
 * what they are today: encryption without a check is asked for by `sslmode=no-verify` only.
 */
export function withVerifiedTls(postgresUrl: string): string {
  return postgresUrl.replace(/([?&]sslmode=)(?:require|prefer|verify-ca)(?=&|$)/, '$1verify-full');
}
