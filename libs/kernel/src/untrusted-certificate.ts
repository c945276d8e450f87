/** Of OpenSSL and Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether a connection failed because this process does not trust the certificate of the server. */
export function isUntrustedCertificate(error: unknown): boolean {
  return CODES.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
