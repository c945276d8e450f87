import fc from 'fast-check';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  format?: string;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema?: Schema;
}

export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface AnyRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** What callers send who mean no good, or whose program is broken. */
const STRANGE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '..',
    '__proto__',
    'constructor',
    "'; --",
    '%',
    '1e999',
    '-0',
    'x'.repeat(3_000),
  ),
  fc.constantFrom('0000-01-01T00:00:00Z', '2026-01-01T00:00:00+16:00', '9999999999999999999', 'NaN', 'null'),
);
const ANYTHING = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  STRANGE,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, [], {}, true),
);

/** Requests for an operation: mostly as its document says, and now and then not. `known` are values that lead further. */
export function arbitraryRequest(
  document: Document,
  [path, method, operation]: readonly [path: string, method: string, operation: Operation],
  known: readonly string[],
): fc.Arbitrary<AnyRequest> {
  const value = (schema: Schema) => mostly(fitting(document, schema, known, 0), ANYTHING);
  const parameters = operation.parameters ?? [];
  const of = (place: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((one) => one.in === place).map((one) => [one.name, value(one.schema ?? {})]),
      ),
      { requiredKeys: parameters.filter((one) => one.in === place && one.required).map(({ name }) => name) },
    );
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const body = content
    ? fc.option(mostly(value(content.schema), ANYTHING), { nil: undefined, freq: 20 })
    : fc.constant(undefined);
  return fc.record({ path: of('path'), query: of('query'), header: of('header'), body }).map((given) => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(given.path[name]) || 'none');
    const query = Object.entries(given.query).map(([name, text]) => `${encoded(name)}=${encoded(text)}`);
    const headers = Object.entries(given.header).flatMap(([name, text]): [string, string][] => {
      const visible = String(text).replace(/[^\x21-\x7e]/g, '');
      return visible ? [[name.toLowerCase(), visible.slice(0, 300)]] : [];
    });
    return {
      method: method.toUpperCase(),
      path: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
      headers: {
        ...Object.fromEntries(headers),
        ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    };
  });
}

function fitting(document: Document, schema: Schema, known: readonly string[], depth: number): fc.Arbitrary<unknown> {
  const inner = (part: Schema) => fitting(document, part, known, depth + 1);
  if (schema.$ref) return inner(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const several = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (several) return fc.oneof(...several.map(inner));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (depth > 6) return ANYTHING;
  switch (type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const members = Object.entries(properties).map(([name, part]) => [name, mostly(inner(part), ANYTHING)] as const);
      if (members.length === 0)
        return fc.dictionary(fc.string({ maxLength: 10 }), fc.string({ maxLength: 10 }), { maxKeys: 3 });
      return fc.record(Object.fromEntries(members), { requiredKeys: required.filter((name) => name in properties) });
    }
    case 'array':
      return fc.array(inner(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({
          min: Math.max(schema.minimum ?? -5, -(2 ** 31)),
          max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1),
        }),
        fc.constantFrom(schema.minimum ?? 0, schema.maximum ?? 0, 2 ** 31, 2 ** 53, -1),
      );
    case 'boolean':
      return fc.boolean();
    case 'string':
      if (schema.format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
      if (schema.format === 'uuid') return fc.oneof(fc.uuid(), fc.constantFrom(...known));
      if (schema.format === 'email') return fc.emailAddress();
      return fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 20 }), STRANGE);
    default:
      return ANYTHING;
  }
}

const mostly = (usual: fc.Arbitrary<unknown>, rare: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: usual, weight: 19 }, { arbitrary: rare, weight: 1 });

/** Percent-encoded; half a surrogate pair cannot be. */
const encoded = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());
