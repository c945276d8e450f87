import { StandardSchemaValidationPipe } from '@nestjs/common';
import { httpError } from './errors.js';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}

/** Holds body, query and parameters to their schemas; all faults at once, each with a JSON pointer (RFC 6901). */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues: readonly Issue[]) =>
    httpError('http.validation-failed', {
      errors: issues.slice(0, 100).map(({ path, message }) => ({ pointer: pointerOf(path ?? []), message })),
    }),
});

function pointerOf(path: readonly (PropertyKey | { key: PropertyKey })[]): string {
  return path
    .map(
      (part) =>
        `/${String(typeof part === 'object' ? part.key : part)
          .replaceAll('~', '~0')
          .replaceAll('/', '~1')}`,
    )
    .join('');
}
