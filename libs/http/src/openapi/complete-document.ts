import type { OpenAPIObject } from '@nestjs/swagger';

export function completeDocument(document: OpenAPIObject, _tags: Record<string, string>): OpenAPIObject {
  return document;
}
