import type { OpenAPIObject } from '@nestjs/swagger';

/** An operation of the document, with what our decorators add. */
export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  'x-role'?: string;
  'x-answers-secret'?: boolean;
};
