import { isDeepStrictEqual } from 'node:util';
import type { StandardSchemaConverter } from '@nestjs/swagger';
import { z } from 'zod';

/**
 * Turns the zod schemas of routes into JSON Schema 2020-12, the dialect of OpenAPI 3.1. A schema with an `id` becomes a
 * component; the same id on two different schemas is a mistake and throws.
 */
export function jsonSchemas(): StandardSchemaConverter {
  const known = new Map<string, unknown>();
  return (schema, { schemaType }) => {
    if (!(schema instanceof z.ZodType)) return undefined;
    const { $defs: components, ...converted } = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: schemaType,
      override: ({ zodSchema, jsonSchema }) => {
        const isStrict = zodSchema instanceof z.ZodObject && zodSchema.def.catchall !== undefined;
        if (!isStrict && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties; // answers may gain fields; clients must not refuse them
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      },
    });
    delete converted.$schema;
    for (const [id, component] of Object.entries(components ?? {})) {
      if (known.has(id) && !isDeepStrictEqual(known.get(id), component)) {
        throw new Error(`Two different schemas have the id ${id}. Give one of them another.`);
      }
      known.set(id, structuredClone(component));
    }
    return { schema: converted, components };
  };
}
