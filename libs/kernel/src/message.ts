import type { z } from 'zod';

/** Payload schemas are objects, so that a later version can add a field and an older reader keeps it. */
export type PayloadSchema = z.ZodObject;

/** An order to one receiver: imperative, `inventory.reserve-stock`. The module before the dot receives it. */
export interface Command<S extends PayloadSchema = PayloadSchema> {
  readonly kind: 'command';
  readonly name: string;
  readonly version: number;
  readonly schema: S;
}

/** A fact for any number of subscribers: past tense, `orders.order-placed`. The module before the dot publishes it. */
export interface Event<S extends PayloadSchema = PayloadSchema> {
  readonly kind: 'event';
  readonly name: string;
  readonly version: number;
  readonly schema: S;
}

/** A question with an answer: `catalog.quote-prices`. The module before the dot answers it. */
export interface Query<Q extends PayloadSchema = PayloadSchema, A extends z.ZodType = z.ZodType> {
  readonly kind: 'query';
  readonly name: string;
  readonly question: Q;
  readonly answer: A;
}

/** What travels by outbox and broker. */
export type Message<S extends PayloadSchema = PayloadSchema> = Command<S> | Event<S>;
export type PayloadOf<M> = M extends { schema: infer S extends PayloadSchema } ? z.infer<S> : never;
export type QuestionOf<Q> = Q extends { question: infer S extends PayloadSchema } ? z.input<S> : never;
export type AnswerOf<Q> = Q extends { answer: infer A extends z.ZodType } ? z.infer<A> : never;

export function command<S extends z.ZodRawShape>(name: string, schema: z.ZodObject<S>, version = 1) {
  return Object.freeze({ kind: 'command' as const, name: checked(name), version, schema: schema.loose() });
}

export function event<S extends z.ZodRawShape>(name: string, schema: z.ZodObject<S>, version = 1) {
  return Object.freeze({ kind: 'event' as const, name: checked(name), version, schema: schema.loose() });
}

export function query<Q extends z.ZodRawShape, A extends z.ZodType>(
  name: string,
  { question, answer }: { question: z.ZodObject<Q>; answer: A },
) {
  return Object.freeze({ kind: 'query' as const, name: checked(name), question, answer });
}

/** The module that owns a message or query: the word before the dot. */
export function ownerOf(message: { name: string }): string {
  return message.name.slice(0, message.name.indexOf('.'));
}

function checked(name: string): string {
  if (!/^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(name)) {
    throw new Error(`Message name "${name}" must read module.words-in-kebab-case, e.g. inventory.reserve-stock.`);
  }
  return name;
}
