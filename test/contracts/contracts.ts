import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message, Query } from '#libs/kernel';
import { deadLetterQueries, hasQueue } from '#libs/messaging';
import { modules } from '../../src/modules.js';
import { type WireForm, wireFormOf } from './wire-form.js';

const SRC = join(import.meta.dirname, '../../src');
const ROOT = join(import.meta.dirname, '../..').replace(/\/dist$/, '');

/** Committed, so that a change of the wire is seen in a review. Written by `npm run contracts`. */
export const CONTRACTS_PATH = 'src/contracts.json';
export const CONTRACTS_FILE = join(ROOT, CONTRACTS_PATH);

export interface Contract {
  kind: 'command' | 'event' | 'query';
  /** Queries have none. */
  version?: number;
  /** Still taken, no longer sent: the next release may remove it. A contract lists these as `export const retired`. */
  retired?: true;
  payload?: WireForm;
  question?: WireForm;
  answer?: WireForm;
}

/** Name of the message -> its wire form. */
export type Contracts = Record<string, Contract>;

/** What the code says: every message of every `src/<module>/contract/`, private ones too, and the dead-letter queries. */
export async function contractsOfCode(): Promise<Contracts> {
  const found = new Map<string, Message | Query>();
  const retired = new Set<unknown>();
  for (const file of contractFiles()) {
    const exported = (await import(file)) as Record<string, unknown>;
    for (const value of Object.values(exported).filter(isMessage)) add(found, value);
    if (Array.isArray(exported.retired)) for (const message of exported.retired) retired.add(message);
  }
  const queues = Object.keys(modules).filter((name) => hasQueue(modules, name));
  for (const name of queues) for (const query of Object.values(deadLetterQueries(name))) add(found, query);
  const inOrder = [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  return Object.fromEntries(inOrder.map((message) => [message.name, contractOf(message, retired.has(message))]));
}

/** What is committed, or at hand to be. */
export function contractsOfFile(text = readFileSync(CONTRACTS_FILE, 'utf8')): Contracts {
  return JSON.parse(text) as Contracts;
}

function contractFiles(): string[] {
  const folders = Object.keys(modules).map((name) => join(SRC, name, 'contract')).filter((folder) => existsSync(folder)); // prettier-ignore
  return folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => /(?<!\.spec|\.d)\.[tj]s$/.test(name));
    return names.map((name) => join(folder, name));
  });
}

function add(found: Map<string, Message | Query>, message: Message | Query): void {
  const known = found.get(message.name);
  if (known && known !== message) throw new Error(`Two messages have the name ${message.name}. Rename one of them.`);
  found.set(message.name, message);
}

function isMessage(value: unknown): value is Message | Query {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
}

function contractOf(message: Message | Query, retired: boolean): Contract {
  const mark = retired ? { retired: true as const } : {};
  if (message.kind !== 'query') {
    return { kind: message.kind, version: message.version, ...mark, payload: wireFormOf(message.schema) };
  }
  return { kind: 'query', ...mark, question: wireFormOf(message.question), answer: wireFormOf(message.answer) };
}
