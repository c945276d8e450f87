import { z } from 'zod';

/** JSON Schema 2020-12, without what is said to people only. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a process may write, and what it takes: they differ where a schema has defaults. */
export interface WireForm {
  writes: JsonSchema;
  /** Unset: just what it writes. */
  reads?: JsonSchema;
}

/** Throws where a schema has what JSON Schema cannot say, such as a transform. A `refine` is not seen: keep it out of contracts. */
export function wireFormOf(schema: z.ZodType): WireForm {
  const [writes, reads] = (['output', 'input'] as const).map((io) => jsonSchemaOf(schema, io));
  if (!writes || JSON.stringify(writes) === JSON.stringify(reads)) return { writes: writes ?? {} };
  return { writes, reads };
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...converted } = z.toJSONSchema(schema, {
    io,
    metadata: z.registry<{ id?: string }>(), // an empty one: no ids, descriptions, examples
    override: ({ zodSchema, jsonSchema }) => {
      const { additionalProperties: rest } = jsonSchema;
      const strict = zodSchema instanceof z.ZodObject && zodSchema.def.catchall instanceof z.ZodNever;
      // Unknown fields are kept or dropped, and never refused: the same on the wire.
      if ((rest === false && !strict) || (typeof rest === 'object' && Object.keys(rest).length === 0)) {
        delete jsonSchema.additionalProperties;
      }
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.format) delete jsonSchema.pattern;
      delete jsonSchema.default; // `required` tells it already
      if (zodSchema instanceof z.ZodCatch && io === 'input')
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    },
  });
  return sorted(converted) as JsonSchema;
}

/** Keys, and lists whose order says nothing, in the order of the alphabet: moving a field is no change. */
function sorted(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item));
    return key === 'required' || key === 'enum' ? items.sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item, name)]));
}
