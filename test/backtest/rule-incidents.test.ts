import { expect, test } from 'vitest';
import { incidentsOfRule } from '../../cli/backtest/page/rule-incidents.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { incidentFrom } from './incident-numbers.ts';

const [rule] = parseThresholds('unmetered >= 10');
const OTHER = 'unmetered by account >= 50% critical';
const ends = [1, 2, 3, 4, 5];

function shown(values: readonly number[], incident: Parameters<typeof incidentFrom>[0]): number {
  if (!rule) throw new Error('no rule');
  return incidentsOfRule([incidentFrom(incident)], rule, { windowMs: 1, ends, values }).length;
}

test('an incident of the rule is shown, also where accounts of others kept its value low', () => {
  expect(shown([0, 0, 0, 0, 0], { threshold: 'unmetered >= 10', openedAt: 2, until: 4 })).toBe(1);
});

test('an incident of another rule is shown where this one was breached meanwhile', () => {
  expect(shown([0, 0, 0, 12, 0], { threshold: OTHER, openedAt: 2, until: 4 })).toBe(1);
});

test('an incident of another rule is not shown where this one was never breached in it', () => {
  expect(shown([12, 0, 9, 0, 12], { threshold: OTHER, openedAt: 2, until: 4 })).toBe(0);
});

test('an incident of another subject is not shown', () => {
  const other = { subject: 'failed', threshold: 'failed >= 10', openedAt: 2, until: 4 };
  expect(shown([12, 12, 12, 12, 12], other)).toBe(0);
});

test('a breach belongs to the newest incident, for as long as its loss is in a window', () => {
  if (!rule) throw new Error('no rule');
  const long = incidentFrom({ id: 'long', threshold: OTHER, openedAt: 1, until: 5 });
  const newest = incidentFrom({ id: 'newest', threshold: OTHER, openedAt: 2, until: 3 });
  const idsFor = (values: readonly number[]) =>
    incidentsOfRule([long, newest], rule, { windowMs: 1, ends, values }).map(({ id }) => id);
  expect(idsFor([0, 12, 12, 12, 0])).toEqual(['newest']);
  expect(idsFor([0, 12, 12, 12, 12])).toEqual(['long', 'newest']);
});
