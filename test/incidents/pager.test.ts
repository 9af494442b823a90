import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import {
  isTold,
  needsNotification,
  notifiedOf,
} from '../../functions/monitor/incidents/needs-notification.ts';
import { at, ended, incident } from '../support/incident.ts';

const PAGER = { name: 'pager', criticalOnly: true };
const OPTIONS = { repeatMs: 60 * 60_000, criticalOnly: true };

/** The incident after a run, and the kinds of pages so far. */
function play(steps: readonly [minutes: number, fields: Partial<Incident>][]) {
  let one = incident({ severity: 'critical' });
  const kinds: string[] = [];
  for (const [minutes, fields] of steps) {
    one = { ...one, evaluatedTo: at(minutes), ...fields };
    const last = one.notified.pager;
    const need = needsNotification(one, last, at(minutes), OPTIONS);
    if (!need) continue;
    kinds.push(need.kind);
    one = { ...one, notified: { pager: notifiedOf(one, last, need.kind, at(minutes)) } };
  }
  return { one, kinds };
}

describe('a pager', () => {
  test('gets one page for a critical incident, however long it lasts, and its end', () => {
    const { one, kinds } = play([
      [0, {}],
      [300, {}],
      [600, {}],
      [700, { end: ended(700) }],
    ]);
    expect(kinds).toEqual(['opened', 'resolved']);
    expect(isTold(one, [PAGER])).toBe(true);
  });

  test('hears nothing of a warning, and nobody waits for it to hear of its end', () => {
    const { one, kinds } = play([
      [0, { severity: 'warning' }],
      [300, {}],
      [330, { end: ended(330) }],
    ]);
    expect(kinds).toEqual([]);
    expect(isTold(one, [PAGER])).toBe(true);
  });

  test('gets a page when a warning becomes critical', () => {
    const { kinds } = play([
      [0, { severity: 'warning' }],
      [30, { severity: 'critical' }],
    ]);
    expect(kinds).toEqual(['opened']);
  });

  test('gets no page of an incident that is over before it could be reached', () => {
    const { one, kinds } = play([[30, { end: ended(30) }]]);
    expect(kinds).toEqual([]);
    expect(isTold(one, [PAGER])).toBe(true);
  });

  test('gets a page again when the incident begins again', () => {
    const { kinds } = play([
      [0, {}],
      [30, { end: ended(30) }],
      [60, { end: undefined, reopened: 1 }],
    ]);
    expect(kinds).toEqual(['opened', 'resolved', 'opened']);
  });

  test('is told of an incident that is closed, so that its page closes', () => {
    const { kinds } = play([
      [0, {}],
      [30, { end: ended(30, 'closed') }],
    ]);
    expect(kinds).toEqual(['opened', 'closed']);
  });

  test('is waited for until it knows the end of its page', () => {
    const { one } = play([[0, {}]]);
    expect(isTold({ ...one, end: ended(30) }, [PAGER])).toBe(false);
  });
});
