import { describe, expect, it } from '@jest/globals';
import { type Books, differencesOf } from './difference.js';

const books = (some: Partial<Books>): Books => ({ status: 'confirmed', isPaid: true, isOverdue: false, ...some });

describe('the books of an order', () => {
  it.each<[string, Partial<Books>, string[]]>([
    ['confirmed, sold and paid', { reservation: 'committed', intent: 'captured' }, []],
    ['confirmed on account', { isPaid: false, reservation: 'committed' }, []],
    ['cancelled, released and refunded', { status: 'cancelled', reservation: 'released', intent: 'refunded' }, []],
    ['cancelled, being refunded', { status: 'cancelled', reservation: 'released', intent: 'refunding' }, []],
    ['pending in time', { status: 'pending' }, []],
    ['pending too long', { status: 'pending', isOverdue: true }, ['pending-past-deadline']],
    [
      'expired, with all of it',
      { status: 'expired', reservation: 'reserved', intent: 'captured' },
      ['ended-with-money-captured', 'ended-with-stock-held'],
    ],
    ['confirmed, not sold', { reservation: 'reserved', intent: 'captured' }, ['confirmed-without-committed-stock']],
    [
      'fulfilled out of nothing',
      { status: 'fulfilled', reservation: 'released', intent: 'declined' },
      ['confirmed-without-stock', 'confirmed-without-money'],
    ],
  ])('%s', (_, some, differences) => {
    expect(differencesOf(books(some))).toEqual(differences);
  });
});
