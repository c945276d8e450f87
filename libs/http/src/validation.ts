import { StandardSchemaValidationPipe } from '@nestjs/common';
import { httpError } from './errors.js';
import { pointerOf } from './unclean.js';

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}

/** Without Nest's walk over all keys, which drops those named `constructor`: the parser refuses prototypes already. */
class ValidationPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {}
}

/** Holds body, query and parameters to their schemas; all faults at once, each with a JSON pointer (RFC 6901). */
export const validationPipe = new ValidationPipe({
  exceptionFactory: (issues: readonly Issue[]) =>
    httpError('http.validation-failed', {
      errors: issues.slice(0, 100).map(({ path = [], message }) => ({
        pointer: pointerOf(path.map((part) => (typeof part === 'object' ? part.key : part))),
        message,
      })),
    }),
});
