import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Settings, SettingsError } from '#libs/config';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';

/** The names that cert-manager and Kubernetes give the parts of a TLS Secret. */
const FILES = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' } as const;

/** Mutual TLS where `GRPC_TLS_DIR` is set: each side shows a certificate that the authority in it has signed. */
export function askServerCredentials(settings: Settings): ServerCredentials {
  const pair = readPair(settings);
  if (!pair) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(pair.ca, [{ private_key: pair.key, cert_chain: pair.cert }], true);
}

export function askChannelCredentials(settings: Settings): ChannelCredentials {
  const pair = readPair(settings);
  return pair ? ChannelCredentials.createSsl(pair.ca, pair.key, pair.cert) : ChannelCredentials.createInsecure();
}

function readPair({ GRPC_TLS_DIR }: Settings): Record<keyof typeof FILES, Buffer> | undefined {
  if (!GRPC_TLS_DIR) return undefined;
  try {
    const read = (name: keyof typeof FILES) => readFileSync(join(GRPC_TLS_DIR, FILES[name]));
    const pair = { cert: read('cert'), key: read('key'), ca: read('ca') };
    createSecureContext(pair); // what is no PEM, or does not belong together, is told now
    return pair;
  } catch (error) {
    const names = Object.values(FILES).join(', ');
    throw new SettingsError([`GRPC_TLS_DIR: ${(error as Error).message}. Put ${names} there, in PEM.`]);
  }
}
