import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { jsonSchemas } from './json-schema.js';

describe('the JSON Schema of a zod schema', () => {
  it('names what has an id, and lets answers grow while bodies stay strict', () => {
    const Line = z.object({ sku: z.string() }).meta({ id: 'Line' });
    const Body = z.strictObject({ lines: z.array(Line) }).meta({ id: 'Body' });
    expect(jsonSchemas()(Body, { schemaType: 'output' })).toEqual({
      schema: { $ref: '#/$defs/Body' },
      components: {
        Body: {
          type: 'object',
          properties: { lines: { type: 'array', items: { $ref: '#/$defs/Line' } } },
          required: ['lines'],
          additionalProperties: false,
        },
        Line: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
      },
    });
  });

  it('keeps the values of a record, and says nothing of the bounds of every integer', () => {
    const converted = jsonSchemas()(z.record(z.string(), z.int()), { schemaType: 'output' });
    expect(converted?.schema).toEqual({
      type: 'object',
      propertyNames: { type: 'string' },
      additionalProperties: { type: 'integer' },
    });
  });

  it('refuses one id for two schemas', () => {
    const convert = jsonSchemas();
    const named = (schema: z.ZodType) =>
      convert(schema.register(z.globalRegistry, { id: 'Same' }), { schemaType: 'input' });
    named(z.string());
    expect(() => named(z.int())).toThrow(/Same/);
  });
});
