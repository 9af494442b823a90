import { describe, expect, test } from 'vitest';
import type {
  Incident,
  IncidentKind,
  Notified,
} from '../../functions/monitor/incidents/incident.ts';
import { noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import {
  isTold,
  needsNotification,
  notifiedOf,
} from '../../functions/monitor/incidents/needs-notification.ts';
import { account, at, ended, incident, last } from '../support/incident.ts';

const SNS = { name: 'sns' };
const SETTINGS = { repeatMs: 60 * 60_000 };

const level = (fields: Partial<Incident> = {}) =>
  incident({ nature: 'level', accounts: [], ...fields });

const CASES: [string, Incident, Notified | undefined, number, IncidentKind | undefined][] = [
  ['one that nobody was notified of', incident(), undefined, 0, 'opened'],
  ['one that was just notified', incident(), last(), 5, undefined],
  ['one that has become critical', incident({ severity: 'critical' }), last(), 5, 'escalated'],
  [
    'one whose criticality was notified',
    incident({ severity: 'critical' }),
    last({ severity: 'critical', kind: 'escalated' }),
    5,
    undefined,
  ],
  ['one that is less grave', incident(), last({ severity: 'critical' }), 5, undefined],
  [
    'one that an account joined, before half an hour is over',
    incident({ accounts: [account(), account({ joinedAt: at(5) })] }),
    last(),
    29,
    undefined,
  ],
  [
    'one that an account joined, after half an hour',
    incident({ accounts: [account(), account({ joinedAt: at(5) })] }),
    last(),
    30,
    'changed',
  ],
  [
    'one with an account that is mended',
    incident({ accounts: [account(), account({ endedAt: at(5), mendedAt: at(20) })] }),
    last(),
    30,
    'changed',
  ],
  [
    'one whose change was notified',
    incident({ accounts: [account(), account({ joinedAt: at(5) })] }),
    last({ kind: 'changed', changedAt: at(30), evaluatedTo: at(30), at: at(30) }),
    60,
    undefined,
  ],
  ['one that goes on, before the reminder', incident(), last(), 59, undefined],
  ['one that goes on', incident(), last(), 60, 'reminder'],
  ['one that was reminded of', incident(), last({ kind: 'reminder', at: at(60) }), 119, undefined],
  ['one that is quiet', incident({ isQuiet: true }), last(), 60, undefined],
  [
    'one whose accounts have all stopped',
    incident({ accounts: [account({ stoppedAt: at(50) })] }),
    last(),
    60,
    undefined,
  ],
  [
    'one that goes on in its others only',
    incident({ accounts: [], others: { facts: noFacts(at(-5)) } }),
    last(),
    60,
    'reminder',
  ],
  ['a level that goes on', level(), last(), 60, 'reminder'],
  ['a level that was ok', level({ okEnds: [at(55)] }), last(), 60, undefined],
  ['one that is over', incident({ end: ended(30) }), last(), 30, 'resolved'],
  [
    'one that is over, after a reminder',
    incident({ end: ended(30) }),
    last({ kind: 'reminder', at: at(20) }),
    30,
    'resolved',
  ],
  [
    'one whose end was notified',
    incident({ end: ended(30) }),
    last({ kind: 'resolved', evaluatedTo: at(30) }),
    300,
    undefined,
  ],
  ['one that nobody heard of', incident({ end: ended(30) }), undefined, 30, 'resolved'],
  ['one that is closed', incident({ end: ended(30, 'closed') }), last(), 30, 'closed'],
  [
    'a loss that nobody heard of, and that was closed because nobody sends',
    incident({ end: { ...ended(30, 'closed'), isAsked: undefined } }),
    undefined,
    30,
    'closed',
  ],
  [
    'a closed one that nobody heard of',
    incident({ end: ended(30, 'closed') }),
    undefined,
    30,
    undefined,
  ],
  [
    'one that has begun again',
    incident({ reopened: 1 }),
    last({ kind: 'resolved', evaluatedTo: at(-60) }),
    0,
    'opened',
  ],
  [
    'one that has begun and ended again',
    incident({ reopened: 1, end: ended(30) }),
    last({ kind: 'resolved', evaluatedTo: at(-60) }),
    30,
    'resolved',
  ],
  [
    'one that has begun again and was closed',
    incident({ reopened: 1, end: ended(30, 'closed') }),
    last({ kind: 'resolved', evaluatedTo: at(-60) }),
    30,
    undefined,
  ],
];

describe('the need of a channel', () => {
  test.each(CASES)('%s', (_, one, known, minutes, kind) => {
    expect(needsNotification(one, known, at(minutes), SETTINGS)?.kind).toBe(kind);
  });

  test('is no reminder where none are wanted', () => {
    const never = { ...SETTINGS, repeatMs: 0 };
    expect(needsNotification(incident(), last(), at(10_000), never)).toBeUndefined();
  });

  test.each(CASES)('nothing twice: %s', (_, one, known, minutes) => {
    const now = at(minutes);
    const need = needsNotification(one, known, now, SETTINGS);
    const evaluated = { ...one, evaluatedTo: Math.max(one.evaluatedTo, now) };
    const after = need ? notifiedOf(evaluated, known, need.kind, now) : known;
    if (!need) return;
    expect(needsNotification(evaluated, after, now, SETTINGS)).toBeUndefined();
  });
});

describe('where one of two channels fails', () => {
  const CHANNELS = [{ name: 'sns' }, { name: 'events' }];
  const now = at(0);
  const told = (one: Incident, channel: string, time: number): Incident => {
    const before = one.notified[channel];
    const need = needsNotification(one, before, time, SETTINGS);
    if (!need) return one;
    const after = notifiedOf(one, before, need.kind, time);
    return { ...one, notified: { ...one.notified, [channel]: after } };
  };

  test('the other one needs no more', () => {
    const one = told(incident(), 'sns', now);
    expect(needsNotification(one, one.notified.sns, at(5), SETTINGS)).toBeUndefined();
  });

  test('the failed one needs it in the next run', () => {
    const one = told(incident(), 'sns', now);
    expect(needsNotification(one, one.notified.events, at(5), SETTINGS)?.kind).toBe('opened');
  });

  test('the incident waits for the channel that has not heard of its end', () => {
    const open = told(told(incident(), 'sns', now), 'events', now);
    const over = told({ ...open, end: ended(30) }, 'sns', at(30));
    expect(isTold(over, CHANNELS)).toBe(false);
    expect(isTold(told(over, 'events', at(35)), CHANNELS)).toBe(true);
  });

  test('each channel numbers its own messages', () => {
    let one = told(told(incident(), 'sns', now), 'sns', at(60));
    one = told(one, 'events', at(60));
    expect([one.notified.sns?.sequence, one.notified.events?.sequence]).toEqual([2, 1]);
  });
});

test('an open incident is never told to its end', () => {
  expect(isTold(incident({ notified: { sns: last({ kind: 'resolved' }) } }), [SNS])).toBe(false);
});

test('a loss that no channel heard of and that no person has closed still needs a message', () => {
  const end = { ...ended(30, 'closed'), isAsked: undefined };
  expect(isTold(incident({ end }), [SNS])).toBe(false);
});

test('an account that joins at a window end that people were told of is told', () => {
  const told = notifiedOf(incident(), undefined, 'opened', at(0));
  const joined = incident({
    accounts: [...incident().accounts, account({ name: 'globex', joinedAt: told.evaluatedTo })],
  });
  expect(needsNotification(joined, told, at(40), SETTINGS)?.kind).toBe('changed');
});

test('a closed incident that no channel heard of needs no message', () => {
  expect(isTold(incident({ end: ended(30, 'closed') }), [SNS])).toBe(true);
});
