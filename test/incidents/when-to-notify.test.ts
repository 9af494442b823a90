import { describe, expect, test } from 'vitest';
import {
  advance,
  ignoreGroups,
  withdraw,
} from '../../functions/monitor/incidents/advance-alert.ts';
import type { Alert } from '../../functions/monitor/incidents/alert.ts';
import { decideNotification } from '../../functions/monitor/incidents/when-to-notify.ts';
import {
  evaluationOf,
  MINUTE,
  notificationsOf,
  type PlayOptions,
  play,
  type Sign,
  START,
} from '../support/alert-play.ts';

describe('the notifications of each run', () => {
  test.each<[string, string, PlayOptions, string[]]>([
    ['no notification while everything is ok', '......', {}, []],
    ['a breach fires at once', '..B', {}, ['fired@2']],
    ['a breach that goes on is notified once', '.BBBBB', {}, ['fired@1']],
    ['three ok evaluations resolve', 'B...', {}, ['fired@0', 'resolved@3']],
    ['two ok evaluations do not resolve', 'B..', {}, ['fired@0']],
    ['a breach between them starts over', 'B..B..', {}, ['fired@0']],
    [
      'an insufficient evaluation between them neither counts nor starts over',
      'B.~.~.',
      {},
      ['fired@0', 'resolved@5'],
    ],
    ['insufficient evaluations never resolve', 'B~~~~~~~~', {}, ['fired@0']],
    ['insufficient evaluations never fire', '~~~?', {}, []],
    ['a resolved alert can fire again', 'B...B', {}, ['fired@0', 'resolved@3', 'fired@4']],
    ['for 15m waits for 15 minutes', 'BBBB', { forMinutes: 15 }, ['fired@3']],
    ['for 15m starts over after an ok', 'BBB.BBB', { forMinutes: 15 }, []],
    ['for 15m starts over after an insufficient evaluation', 'BBB~BBB', { forMinutes: 15 }, []],
    [
      'a reminder comes after its interval',
      'BBBBBBB',
      { repeatMinutes: 20 },
      ['fired@0', 'reminder@4'],
    ],
    [
      'reminders are RepeatMinutes apart',
      'BBBBBBBBB',
      { repeatMinutes: 20 },
      ['fired@0', 'reminder@4', 'reminder@8'],
    ],
    ['0 means no reminder', 'BBBBBBB', { repeatMinutes: 0 }, ['fired@0']],
    [
      'no reminder while an alert is about to resolve',
      'BBBB...',
      { repeatMinutes: 20 },
      ['fired@0', 'resolved@6'],
    ],
    [
      'a reminder comes while evaluations are insufficient',
      'B~~~~',
      { repeatMinutes: 20 },
      ['fired@0', 'reminder@4'],
    ],
    [
      'the interval counts from the delivery',
      'BBBBBBB',
      { repeatMinutes: 20, undelivered: (run) => run < 2 },
      ['fired@0', 'reminder@6'],
    ],
    [
      'no further notification while a message waits',
      'BBBBBBBBB',
      { repeatMinutes: 10, undelivered: () => true },
      ['fired@0'],
    ],
    ['no notification in a mute', 'BBBB', { silent: () => true }, []],
    [
      'an alert that still fires after a mute is notified then',
      'BBBB',
      { silent: (run) => run < 3 },
      ['fired@3'],
    ],
    [
      'an alert that fired and ended in a mute is not notified',
      'B....',
      { silent: () => true },
      [],
    ],
    [
      'the end of a notified alert is notified even in a mute',
      'B...',
      { silent: (run) => run > 0 },
      ['fired@0', 'resolved@3'],
    ],
    [
      'an alert that fires again is notified again if its end may have been delivered',
      'B...B',
      { undelivered: (run) => run === 3 },
      ['fired@0', 'resolved@3', 'fired@4'],
    ],
    [
      'a notified alert that fires again ends in a mute as well',
      'B...B....',
      { undelivered: (run) => run === 3, silent: (run) => run > 3 },
      ['fired@0', 'resolved@3', 'resolved@7'],
    ],
    [
      'a day without enough traffic withdraws an alert',
      `B${'?'.repeat(289)}`,
      { repeatMinutes: 0 },
      ['fired@0', 'withdrawn@289'],
    ],
    [
      'a day of insufficient evaluations for other reasons does not',
      `B${'~'.repeat(300)}`,
      { repeatMinutes: 0 },
      ['fired@0'],
    ],
  ])('%s', (_, signs, options, expected) => {
    expect(notificationsOf(signs, options)).toEqual(expected);
  });
});

describe('groups that join', () => {
  const grown = (run: number) => (run < 2 ? ['a'] : run < 4 ? ['a', 'b'] : ['a', 'b', 'c']);

  test('are notified once, and at most every thirty minutes', () => {
    expect(notificationsOf('BBBBBBBBBBBB', { groups: grown })).toEqual(['fired@0', 'grew@6']);
  });

  test('within thirty minutes are named together', () => {
    const { notified } = play('BBBBBBB', { groups: grown });
    expect(notified[1]?.decision.joined).toEqual(['b', 'c']);
  });

  test('that left and come back are not notified again', () => {
    const flapping = (run: number) => (run % 2 === 0 ? ['a', 'b'] : ['a']);
    expect(notificationsOf('B'.repeat(30), { groups: flapping, repeatMinutes: 0 })).toEqual([
      'fired@0',
    ]);
  });
});

describe('groups with long names', () => {
  const long = (end: string) => 'x'.repeat(500) + end;

  test('are stored in less than 80 characters', () => {
    const { alert } = play('B', { groups: () => [long('a')] });
    expect(alert?.firing?.groups[0]?.length).toBeLessThan(80);
  });

  test('are distinguished by their whole name', () => {
    const grown = (run: number) => (run < 2 ? [long('a')] : [long('a'), long('b')]);
    expect(notificationsOf('BBBBBBBB', { groups: grown })).toEqual(['fired@0', 'grew@6']);
  });

  test('are ignored by their whole name', () => {
    const alert = play('B', { groups: () => [long('a')] }).alert as Alert;
    expect(ignoreGroups(alert, new Set([long('b')]), START).firing).toBeDefined();
    expect(ignoreGroups(alert, new Set([long('a')]), START).firing).toBeUndefined();
  });
});

test('an alert keeps its id from fired to resolved, and the next firing has another', () => {
  const ids = play('BB...B').notified.map(({ decision }) => decision.firing.alertId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('an alert that fired and resolved during an outage is notified once, with its end', () => {
  let alert: Alert | undefined;
  [...'B...'].forEach((sign, index) => {
    alert = advance(alert, evaluationOf(sign as Sign), START + index * 5 * MINUTE, 0);
  });
  const context = {
    scheduledTime: START + 60 * MINUTE,
    repeatMs: 0,
    silent: false,
    waiting: false,
  };
  const { decision } = decideNotification(alert as Alert, context);
  expect(decision).toMatchObject({ kind: 'fired', endedAt: START + 15 * MINUTE });
});

describe('an alert is withdrawn', () => {
  const context = { scheduledTime: START, repeatMs: 0, silent: false, waiting: false };

  test('when its threshold is removed', () => {
    const { alert } = play('B');
    const { decision } = decideNotification(
      withdraw(alert as Alert, 'threshold removed', START),
      context,
    );
    expect(decision).toMatchObject({
      kind: 'withdrawn',
      reason: 'its threshold was removed or changed',
    });
  });

  test('when all its groups are ignored', () => {
    const { alert } = play('B', { groups: () => ['a', 'b'] });
    const { decision } = decideNotification(
      ignoreGroups(alert as Alert, new Set(['a', 'b']), START),
      context,
    );
    expect(decision).toMatchObject({
      kind: 'withdrawn',
      reason: 'all that it was about is ignored now',
    });
  });

  test('not when only some of them are', () => {
    const { alert } = play('B', { groups: () => ['a', 'b'] });
    expect(
      decideNotification(ignoreGroups(alert as Alert, new Set(['a']), START), context).decision,
    ).toBeUndefined();
  });

  test('not when it was never notified', () => {
    const { alert } = play('B', { silent: () => true });
    const gone = withdraw(alert as Alert, 'threshold removed', START);
    expect(decideNotification(gone, context)).toMatchObject({
      decision: undefined,
      alert: { ended: undefined },
    });
  });
});
