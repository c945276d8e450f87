import type { Message } from '#libs/kernel';
import { newId } from '#libs/kernel';

/** A message on its way: what outbox, broker and inbox carry. */
export interface Envelope {
  /** UUIDv7; the inbox knows it again. */
  id: string;
  /** `inventory.reserve-stock` */
  name: string;
  version: number;
  /** The module that wrote it; acknowledgements go back there. */
  from: string;
  payload: unknown;
  /** W3C trace context of the request it came from. */
  traceparent?: string;
}

/** One message for one subscriber. */
export interface Delivery {
  envelope: Envelope;
  subscriber: string;
}

export function seal(message: Message, from: string, payload: unknown, traceparent?: string): Envelope {
  return { id: newId(), name: message.name, version: message.version, from, payload, traceparent };
}
