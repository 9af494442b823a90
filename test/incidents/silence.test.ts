import { describe, expect, test } from 'vitest';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import { needsNotification } from '../../functions/monitor/incidents/needs-notification.ts';
import { openIncident } from '../../functions/monitor/incidents/open-incident.ts';
import {
  isInForce,
  type Silence,
  type SilenceScope,
  silencedPart,
} from '../../functions/monitor/incidents/silence.ts';
import { last as notified } from '../support/incident.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 18, 10);

const silence = (scope: SilenceScope, fields: Partial<Silence> = {}): Silence => ({
  id: 's-7k2f',
  scope,
  from: NOW - HOUR,
  forMs: 2 * HOUR,
  by: 'mira',
  ...fields,
});

const incident = (nature: Incident['nature'] = 'loss'): Incident => ({
  ...openIncident({
    subject: nature === 'failure' ? 'monitor' : 'unmetered',
    nature,
    onset: NOW - HOUR,
    end: NOW - HOUR,
    severity: 'warning',
    threshold: 'unmetered >= 10',
    worst: 10,
    others: { facts: noFacts(0) },
  }),
});

const partOf = (silences: readonly Silence[], nature: Incident['nature'] = 'loss') =>
  silencedPart(incident(nature), (name) => name === 'acme', silences, NOW);

describe('a silence', () => {
  test.each<[string, Partial<Silence>, boolean]>([
    ['that has begun', {}, true],
    ['that is over', { forMs: HOUR }, false],
    ['that a person has ended', { ended: { at: NOW - 1, by: 'tom' } }, false],
    ['that waits for a run', { from: undefined }, false],
    ['that was made after the scheduled time of a late run', { from: NOW + MINUTE }, true],
    ['that was made by a clock that is ahead', { from: NOW + 2 * HOUR }, false],
  ])('%s', (_, fields, expected) => {
    expect(isInForce(silence({ all: true }, fields), NOW)).toBe(expected);
  });

  test.each<[string, SilenceScope, Incident['nature'], boolean]>([
    ['of everything silences an incident', { all: true }, 'loss', true],
    ['of everything does not silence the monitor itself', { all: true }, 'failure', false],
    ['of its subject silences an incident', { subject: 'unmetered' }, 'loss', true],
    ['of another subject does not', { subject: 'failed' }, 'loss', false],
    ['of the subject monitor silences no failure', { subject: 'monitor' }, 'failure', false],
    ['of an account silences no incident as a whole', { account: 'acme' }, 'loss', false],
    ['of one incident stops reminders only', { incidentId: incident().id }, 'loss', false],
  ])('%s', (_, scope, nature, isWhole) => {
    expect(partOf([silence(scope)], nature).isWhole).toBe(isWhole);
  });

  test('of an account silences this account of an incident', () => {
    const silences = [silence({ account: 'acme' }), silence({ account: 'globex' })];
    expect([...partOf(silences).accounts]).toEqual(['acme']);
  });

  test('of a failure of the monitor is an acknowledgement by its id', () => {
    const { id } = incident('failure');
    expect(partOf([silence({ incidentId: id })], 'failure').acknowledgedBy).toBe('mira');
  });
});

describe('an open incident that people know', () => {
  const before = NOW - 30 * MINUTE;
  const last = notified({ at: before, changedAt: before, evaluatedTo: before });
  const needOf = (silences: readonly Silence[], one = incident(), known = last) => {
    const part = silencedPart(one, () => false, silences, NOW);
    const silenced = { ...part, isSilenced: part.isWhole };
    return needsNotification(one, known, NOW, { repeatMs: HOUR, silenced })?.kind;
  };
  const long = { ...last, at: NOW - 2 * HOUR };
  const acknowledged = [silence({ incidentId: incident().id })];
  const over = silence({ subject: 'unmetered' }, { forMs: HOUR });

  test('has a reminder at once when its silence is over', () => {
    expect(needOf([over])).toBe('reminder');
  });

  test('has none for a silence that was over before the last message', () => {
    expect(needOf([over], incident(), { ...last, at: NOW })).toBeUndefined();
  });

  test('has no reminder while it is acknowledged', () => {
    expect(needOf([], incident(), long)).toBe('reminder');
    expect(needOf(acknowledged, incident(), long)).toBeUndefined();
  });

  test('is escalated although it is acknowledged', () => {
    expect(needOf(acknowledged, { ...incident(), severity: 'critical' })).toBe('escalated');
  });

  test('is told to be over although it is silenced', () => {
    const end = { kind: 'resolved', at: NOW, seenAt: NOW, counted: [] } as const;
    expect(needOf([silence({ all: true })], { ...incident(), end })).toBe('resolved');
  });

  test('is not escalated while it is silenced', () => {
    const critical = { ...incident(), severity: 'critical' } as const;
    expect(needOf([silence({ all: true })], critical)).toBeUndefined();
  });
});
