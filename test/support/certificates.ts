import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';

const run = promisify(execFile);

export interface Certificates {
  /** Of the authority that signed the server's. */
  ca: string;
  key: string;
  cert: string;
}

/** An authority of our own and a certificate of it for localhost and 127.0.0.1, as files in `folder`, by openssl. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    run('openssl', args, { timeout: 30_000 }).catch((error: unknown) => {
      throw new Error('NOT RUN: the tests of TLS. Put openssl on the PATH (Debian: apt-get install openssl).', {
        cause: error,
      });
    });
  const fresh = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  await openssl('req', '-x509', ...fresh, '-subj', '/CN=A CA', '-keyout', file('ca.key'), '-out', file('ca.crt'));
  await openssl(
    ...['req', '-x509', ...fresh, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', file('ca.crt'), '-CAkey', file('ca.key')],
    ...['-keyout', file('server.key'), '-out', file('server.crt')],
  );
  return { ca: file('ca.crt'), key: file('server.key'), cert: file('server.crt') };
}
