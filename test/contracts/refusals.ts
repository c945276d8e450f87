import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './wire-form.js';

const LEAST = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const MOST = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
const JUDGED = new Set([
  ...LEAST,
  ...MOST,
  ...['type', 'const', 'enum', 'required', 'properties', 'additionalProperties', 'items'],
]);

/**
 * Why a reader of `reads` might refuse what a writer of `writes` writes; empty where it never does. A keyword that is not
 * judged here has to be the same on both sides.
 */
export function refusals(writes: JsonSchema, reads: JsonSchema, at = ''): string[] {
  if (isDeepStrictEqual(writes, reads) || Object.keys(reads).length === 0) return [];
  const written = alternatives(writes);
  if (written.length > 1) return written.flatMap((alternative) => refusals(alternative, reads, at));
  const readable = alternatives(reads);
  if (readable.length > 1) {
    const all = readable.map((alternative) => refusals(writes, alternative, at));
    const likeliest = readable.findIndex(({ type }) => type === writes.type);
    return all.some((reasons) => reasons.length === 0) ? [] : (all[Math.max(likeliest, 0)] ?? []);
  }
  const place = at || 'it';
  if (!takesType(writes.type, reads.type)) return [`${place} is ${word(writes.type)}, not ${word(reads.type)}`];
  return [
    ...valueRefusals(writes, reads, place),
    ...limitRefusals(writes, reads, place),
    ...objectRefusals(writes, reads, at),
    ...itemRefusals(writes, reads, at),
  ];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const [key, ...others] = Object.keys(schema);
  if (others.length === 0 && (key === 'anyOf' || key === 'oneOf')) {
    return (schema[key] as JsonSchema[]).flatMap(alternatives);
  }
  return Array.isArray(schema.type) ? schema.type.map((type: unknown) => ({ ...schema, type })) : [schema];
}

function takesType(written: unknown, read: unknown): boolean {
  return read === undefined || written === read || (written === 'integer' && read === 'number');
}

function valueRefusals(writes: JsonSchema, reads: JsonSchema, place: string): string[] {
  const takes = valuesOf(reads);
  if (!takes) return [];
  const may = valuesOf(writes);
  if (!may) return [`${place} may have any value, not only ${takes.map(word).join(', ')}`];
  const others = may.filter((value) => !takes.includes(value));
  return others.map((value) => `${place} may have the value ${word(value)}`);
}

function valuesOf(schema: JsonSchema): unknown[] | undefined {
  return 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined);
}

function limitRefusals(writes: JsonSchema, reads: JsonSchema, place: string): string[] {
  return Object.entries(reads).flatMap(([key, limit]) => {
    const own = writes[key];
    const held =
      typeof own === 'number' && typeof limit === 'number'
        ? (LEAST.includes(key) && own >= limit) || (MOST.includes(key) && own <= limit)
        : JUDGED.has(key) && !LEAST.includes(key) && !MOST.includes(key);
    return held || isDeepStrictEqual(own, limit) ? [] : [`${place} has the ${key} ${word(own)}, not ${word(limit)}`];
  });
}

function objectRefusals(writes: JsonSchema, reads: JsonSchema, at: string): string[] {
  const own = (writes.properties ?? {}) as Record<string, JsonSchema>;
  const known = (reads.properties ?? {}) as Record<string, JsonSchema>;
  const always = new Set(writes.required as string[] | undefined);
  const below = (name: string) => (at ? `${at}.${name}` : name);
  const missing = ((reads.required ?? []) as string[]).filter((name) => !always.has(name));
  const rest = reads.additionalProperties as JsonSchema | false | undefined;
  return [
    ...missing.map((name) => `${below(name)} is ${name in own ? 'not always there' : 'not there'}, but required`),
    ...Object.entries(own).flatMap(([name, property]) => {
      const reader = known[name] ?? rest;
      if (reader === false) return [`${below(name)} is not known, and unknown fields are refused`];
      return reader ? refusals(property, reader, below(name)) : [];
    }),
    ...(rest ? refusals((writes.additionalProperties || {}) as JsonSchema, rest, below('*')) : []),
  ];
}

function itemRefusals(writes: JsonSchema, reads: JsonSchema, at: string): string[] {
  if (typeof reads.items !== 'object')
    return isDeepStrictEqual(writes.items, reads.items) ? [] : [`${at} has other items`];
  return refusals((writes.items ?? {}) as JsonSchema, reads.items as JsonSchema, `${at}[]`);
}

const word = (value: unknown) => (value === undefined ? 'anything' : JSON.stringify(value)).replace(/^"|"$/g, '');
