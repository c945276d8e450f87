import { describe, expect, it } from '@jest/globals';
import { command, event, query } from '#libs/kernel';
import { z } from 'zod';
import { breakingChanges } from '../contracts/breaking-changes.js';
import type { Contract, Contracts } from '../contracts/contracts.js';
import { wireFormOf } from '../contracts/wire-form.js';

const OrderId = z.string();

/** What breaks where the payload of one event changes so; its version is raised, as it has to be. */
function change(before: z.ZodRawShape, after: z.ZodRawShape): string[] {
  return breakingChanges(one(before, 1), one(after, 2));
}

function one(shape: z.ZodRawShape, version: number, more: Partial<Contract> = {}): Contracts {
  const { kind, schema } = event('shop.thing-happened', z.object(shape), version);
  return { 'shop.thing-happened': { kind, version, payload: wireFormOf(schema), ...more } };
}

const refusedBefore = (reason: string) =>
  `shop.thing-happened: the release before refuses the payload of this release: ${reason}.`;
const refusedNow = (reason: string) =>
  `shop.thing-happened: this release refuses the payload of the release before: ${reason}.`;

describe('a change of a message breaks nothing', () => {
  const harmless: Record<string, [before: z.ZodRawShape, after: z.ZodRawShape]> = {
    'where a field is added that need not be there': [{ id: OrderId }, { id: OrderId, note: z.string().optional() }],
    'where a field is added that has a default': [{ id: OrderId }, { id: OrderId, count: z.int().default(1) }],
    'where a field is no longer needed, but still written': [{ id: OrderId }, { id: OrderId.default('') }],
    'where that field is then left out': [{ id: OrderId, old: z.string().default('') }, { id: OrderId }],
    'where an optional field is left out': [{ id: OrderId, note: z.string().optional() }, { id: OrderId }],
    'where fields move, and are described': [
      { a: z.string(), b: z.int() },
      { b: z.int().describe('B'), a: z.string() },
    ],
    'where only names of schemas change': [
      { a: z.object({ b: z.int() }) },
      { a: z.object({ b: z.int() }).meta({ id: 'A' }) },
    ],
  };
  it.each(Object.entries(harmless))('%s', (_, [before, after]) => {
    expect(change(before, after)).toEqual([]);
  });

  it('where messages are added, or stay', () => {
    expect(breakingChanges({}, one({}, 1))).toEqual([]);
    expect(breakingChanges(one({ id: OrderId }, 1), one({ id: OrderId }, 1))).toEqual([]);
  });

  it('where one is removed that the release before had retired', () => {
    expect(breakingChanges(one({}, 1, { retired: true }), {})).toEqual([]);
  });
});

describe('a change of a message breaks a rollout', () => {
  const status = (...values: string[]) => ({ status: z.enum(values) });
  const breaking: Record<string, [before: z.ZodRawShape, after: z.ZodRawShape, ...faults: string[]]> = {
    'where a needed field is added': [{}, { id: OrderId }, refusedNow('id is not there, but required')],
    'where a needed field is removed': [{ id: OrderId }, {}, refusedBefore('id is not there, but required')],
    'where a field is renamed': [
      { id: OrderId },
      { orderId: OrderId },
      refusedBefore('id is not there, but required'),
      refusedNow('orderId is not there, but required'),
    ],
    'where an optional field becomes needed': [
      { note: z.string().optional() },
      { note: z.string() },
      refusedNow('note is not always there, but required'),
    ],
    'where a needed field becomes optional, as it may not be written then': [
      { note: z.string() },
      { note: z.string().optional() },
      refusedBefore('note is not always there, but required'),
    ],
    'where a field changes its type': [
      { count: z.int() },
      { count: z.string() },
      refusedBefore('count is string, not integer'),
      refusedNow('count is integer, not string'),
    ],
    'where a whole number may have a fraction': [
      { n: z.int() },
      { n: z.number() },
      refusedBefore('n is number, not integer'),
    ],
    'where null may be written': [
      { note: z.string() },
      { note: z.string().nullable() },
      refusedBefore('note is null, not string'),
    ],
    'where an enum gains a value, which the release before refuses': [
      status('open', 'closed'),
      status('open', 'closed', 'lost'),
      refusedBefore('status may have the value lost'),
    ],
    'where an enum loses a value, which the release before writes': [
      status('open', 'closed'),
      status('open'),
      refusedNow('status may have the value closed'),
    ],
    'where any text is taken no more': [
      { status: z.string() },
      status('open'),
      refusedNow('status may have any value, not only open'),
    ],
    'where a limit is wider': [
      { skus: z.array(OrderId).max(10) },
      { skus: z.array(OrderId).max(20) },
      refusedBefore('skus has the maxItems 20, not 10'),
    ],
    'where a limit is narrower': [
      { count: z.int().min(0) },
      { count: z.int().min(1) },
      refusedNow('count has the minimum 0, not 1'),
    ],
    'where a text has to look otherwise': [
      { id: z.string() },
      { id: z.uuid() },
      refusedNow('id has the format anything, not uuid'),
    ],
    'deep inside of it': [
      { lines: z.array(z.object({ price: z.object({ amount: z.int() }).nullable() })) },
      { lines: z.array(z.object({ price: z.object({ amount: z.string() }).nullable() })) },
      refusedBefore('lines[].price.amount is string, not integer'),
      refusedNow('lines[].price.amount is integer, not string'),
    ],
    'where a reader refuses unknown fields': [
      { a: z.strictObject({ b: z.int() }) },
      { a: z.strictObject({ b: z.int(), c: z.int().optional() }) },
      refusedBefore('a.c is not known, and unknown fields are refused'),
    ],
    'in the values of a record': [
      { map: z.record(z.string(), z.string()) },
      { map: z.record(z.string(), z.int()) },
      refusedBefore('map.* is integer, not string'),
      refusedNow('map.* is string, not integer'),
    ],
    'in a way that nothing here can judge': [
      { pair: z.tuple([z.int()]) },
      { pair: z.tuple([z.string()]) },
      refusedBefore('pair has the prefixItems [{"type":"string"}], not [{"type":"integer"}]'),
      refusedNow('pair has the prefixItems [{"type":"integer"}], not [{"type":"string"}]'),
    ],
  };
  it.each(Object.entries(breaking))('%s', (_, [before, after, ...faults]) => {
    expect(change(before, after)).toEqual(faults);
  });

  it('where it is removed, or becomes something else', () => {
    expect(breakingChanges(one({}, 1), {})).toEqual([
      'shop.thing-happened: removed, but the release before still sends it. Retire it first, for one release.',
    ]);
    const { kind, version, schema } = command('shop.thing-happened', z.object({}));
    expect(
      breakingChanges(one({}, 1), { 'shop.thing-happened': { kind, version, payload: wireFormOf(schema) } }),
    ).toEqual(['shop.thing-happened: its kind changed from event to command. Give it another name.']);
  });

  it('where its version goes down, or stays though it changed', () => {
    expect(breakingChanges(one({}, 2), one({}, 1))).toEqual([
      'shop.thing-happened: its version went down from 2 to 1.',
    ]);
    const more = { note: z.string().optional() };
    expect(breakingChanges(one({}, 1), one(more, 1))).toEqual([
      'shop.thing-happened: changed: raise its version to 2.',
    ]);
  });

  it('in a question as in an answer', () => {
    const asked = (question: z.ZodRawShape, answer: z.ZodType): Contracts => {
      const { kind, name, ...parts } = query('shop.get-thing', { question: z.object(question), answer });
      return { [name]: { kind, question: wireFormOf(parts.question), answer: wireFormOf(parts.answer) } };
    };
    const before = asked({ id: OrderId }, z.array(z.string()));
    expect(breakingChanges(before, asked({ id: OrderId, at: z.string().optional() }, z.array(z.string())))).toEqual([]);
    expect(breakingChanges(before, asked({ id: OrderId, at: z.string() }, z.array(z.int())))).toEqual([
      'shop.get-thing: this release refuses the question of the release before: at is not there, but required.',
      'shop.get-thing: the release before refuses the answer of this release: [] is integer, not string.',
      'shop.get-thing: this release refuses the answer of the release before: [] is string, not integer.',
    ]);
  });
});
