import { type ServerInterceptor, ServerInterceptingCall, status } from '@grpc/grpc-js';
import { askCredentialCheck } from './wire.js';

/** Refuses a caller that does not know our SECRET by the headers of its call, before a byte of its message is taken. */
export function knownCallersOnly(secrets: readonly string[]): ServerInterceptor {
  const isKnown = askCredentialCheck(secrets);
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            if (isKnown(metadata.get('authorization')[0])) proceed(metadata);
            else call.sendStatus({ code: status.UNAUTHENTICATED, details: 'Asked with another SECRET than ours.' });
          },
        }),
    });
}
