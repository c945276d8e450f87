import type { ProviderAnswer } from './payment-provider.js';

/** `cancelled`: the order ended before money was known to be taken. Should any turn up, it is paid back. */
export type IntentStatus = 'pending' | 'captured' | 'declined' | 'cancelled' | 'refunding' | 'refunded';

export interface IntentState {
  status: IntentStatus;
  /** The provider may have heard of it: a capture was asked for. */
  wasAsked: boolean;
  /** The provider has given an answer that it will not change. */
  isFinal: boolean;
}

/** The next question to the provider; none where nothing it could answer would change anything. */
export type Question = 'capture' | 'status' | 'cancel' | undefined;

/** `under way`: an earlier call was answered with `processing`. */
export function questionFor({ status, wasAsked, isFinal }: IntentState, isUnderWay: boolean): Question {
  if (status === 'pending') return isUnderWay ? 'status' : 'capture';
  return status === 'cancelled' && wasAsked && !isFinal ? 'cancel' : undefined;
}

export type Consequence = 'tell captured' | 'tell declined' | 'pay back' | 'ask again' | 'nothing';

/** What an answer of the provider means for an intent as it is now, which may be later than the question. */
export function afterAnswer(
  { status }: Pick<IntentState, 'status'>,
  answer: ProviderAnswer,
): { status: IntentStatus; then: Consequence } {
  if (status !== 'pending' && status !== 'cancelled') return { status, then: 'nothing' };
  switch (answer.status) {
    case 'processing':
      return { status, then: 'ask again' };
    case 'captured':
      return status === 'pending'
        ? { status: 'captured', then: 'tell captured' }
        : { status: 'refunding', then: 'pay back' };
    case 'declined':
    case 'cancelled':
      return status === 'pending' ? { status: 'declined', then: 'tell declined' } : { status, then: 'nothing' };
  }
}

/** What the end of an order without goods means for its intent. */
export function afterOrderEnded({ status }: Pick<IntentState, 'status'>): { status: IntentStatus; then: Consequence } {
  if (status === 'pending') return { status: 'cancelled', then: 'nothing' }; // who is asking the provider sees it
  if (status === 'captured') return { status: 'refunding', then: 'pay back' };
  return { status, then: 'nothing' };
}
