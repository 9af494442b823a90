import { describe, expect, test } from 'vitest';
import { withFound } from '../../functions/monitor/incidents/add-looked-up-facts.ts';
import { withCycle } from '../../functions/monitor/incidents/critical-before-cycle-end.ts';
import { withGravestRule } from '../../functions/monitor/incidents/gravest-rule.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { heardPart } from '../../functions/monitor/incidents/leave-out-silenced.ts';
import { noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import { needsNotification } from '../../functions/monitor/incidents/needs-notification.ts';
import { rulesBySubject } from '../../functions/monitor/incidents/rules-of-incident.ts';
import { evaluate } from '../../functions/monitor/thresholds/evaluate.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { countsOf } from '../support/evaluated-counts.ts';
import { at, incident, last } from '../support/incident.ts';
import { pieceOf, START } from '../support/incident-play.ts';

const DAY = 86_400_000;
const NOW = at(0);
const CYCLE_END = Date.UTC(2026, 10, 30, 18, 30);
const NOTHING = { why: [], cycleEnd: undefined, perEvent: new Map() };
const SETTINGS = { repeatMs: 4 * DAY, muted: false };

const severityAt = (time: number, fields: Partial<Incident> = {}) =>
  withCycle(incident({ cycleEnd: CYCLE_END, ...fields }), time).severity;

describe('a loss is critical', () => {
  test('within three days of the end of its billing cycle', () => {
    expect(severityAt(CYCLE_END - 3 * DAY)).toBe('critical');
  });

  test('not earlier', () => {
    expect(severityAt(CYCLE_END - 3 * DAY - 1)).toBe('warning');
  });

  test('not for a cycle that has closed', () => {
    expect(severityAt(CYCLE_END)).toBe('warning');
  });

  test('not once it is over', () => {
    const end = { kind: 'resolved', at: NOW, seenAt: NOW, counted: [] } as const;
    expect(severityAt(CYCLE_END - DAY, { end })).toBe('warning');
  });

  test('but a share of events in progress is not', () => {
    expect(severityAt(CYCLE_END - DAY, { nature: 'level' })).toBe('warning');
  });
});

describe('people are notified of the end of a billing cycle', () => {
  const now = CYCLE_END - 2 * DAY;
  const closing = withCycle(incident({ cycleEnd: CYCLE_END }), now);

  test('as an escalation, if they know of a warning', () => {
    expect(needsNotification(closing, last(), now, SETTINGS)).toEqual({
      kind: 'escalated',
      reason: 'The billing cycle closes on 30 Nov.',
    });
  });

  test('with the first message, if they know of nothing', () => {
    expect(needsNotification(closing, undefined, now, SETTINGS)).toEqual({
      kind: 'opened',
      reason: 'It breaches unmetered >= 10. The billing cycle closes on 30 Nov.',
    });
  });

  test('as a past one, if they could not be notified in time', () => {
    expect(needsNotification(closing, last(), CYCLE_END + DAY, SETTINGS)?.reason).toBe(
      'The billing cycle closed on 30 Nov.',
    );
  });

  test('not as the reason, where a critical rule is breached', () => {
    const grave = { ...closing, threshold: 'unmetered >= 5% critical' };
    expect(needsNotification(grave, last(), now, SETTINGS)?.reason).toBe(
      'It breaches unmetered >= 5% critical now.',
    );
  });
});

describe('the result of looking up an incident', () => {
  test('makes an incident critical at once, if its cycle closes soon', () => {
    const found = { ...NOTHING, cycleEnd: NOW + DAY };
    expect(withFound(incident(), found, NOW).severity).toBe('critical');
  });

  test('keeps the average that was found first', () => {
    const of = (value: number) => ({ ...NOTHING, perEvent: new Map([['acme', value]]) });
    const twice = withFound(withFound(incident(), of(0.5), NOW), of(0.8), NOW);
    expect(twice.accounts[0]?.perEvent).toBe(0.5);
  });

  test('keeps the cycle that closes first', () => {
    const found = { ...NOTHING, cycleEnd: CYCLE_END + DAY };
    expect(withFound(incident({ cycleEnd: CYCLE_END }), found, NOW).cycleEnd).toBe(CYCLE_END);
  });

  test('takes the place of a cycle that has closed', () => {
    const found = { ...NOTHING, cycleEnd: CYCLE_END };
    expect(withFound(incident({ cycleEnd: NOW - DAY }), found, NOW).cycleEnd).toBe(CYCLE_END);
  });

  test('changes nothing if it is nothing', () => {
    const known = incident({ cycleEnd: CYCLE_END, why: [{ status: 'X', why: 'a', next: 'b' }] });
    expect(withFound(known, NOTHING, NOW)).toEqual(known);
  });
});

describe('a loss that its billing cycle has made critical', () => {
  const critical = withCycle(incident({ cycleEnd: NOW + DAY }), NOW);
  const [rules] = rulesBySubject(parseThresholds('unmetered >= 10, unmetered >= 50% critical'));
  const breaching = (unmetered: number) => {
    const counts = countsOf({ metered: 60, unmetered });
    const window = { whole: true, isLonger: false, counts, pieces: [] };
    if (!rules) throw new Error('no rules');
    const breached = rules.rules
      .map((rule) => evaluate(rule, window, { minimumEvents: 20 }))
      .filter(({ state }) => state === 'breached');
    return withGravestRule(critical, breached, rules);
  };

  test('stays critical while it breaches its own rule', () => {
    expect(breaching(20)).toMatchObject({ severity: 'critical', threshold: 'unmetered >= 10' });
  });

  test('is about a critical rule as soon as it breaches one', () => {
    expect(breaching(90).threshold).toBe('unmetered >= 50% critical');
  });
});

describe('a part of a loss, without a silenced account, whose rest breaches a warning', () => {
  const account = (name: string) => ({
    name,
    onset: START,
    joinedAt: START,
    facts: noFacts(START),
  });
  const end = START + 12 * 300_000;
  const severityOf = (cycleEnd: number | undefined) => {
    const list = Array.from({ length: 12 }, (_, bucket) =>
      pieceOf(bucket, { acme: [10, 10], globex: [10, 10] }),
    );
    const whole = incident({
      severity: 'critical',
      threshold: 'unmetered >= 200 critical',
      accounts: [account('acme'), account('globex')],
      cycleEnd,
    });
    const silence = {
      id: 's-1a2b',
      scope: { account: 'acme' },
      from: START,
      forMs: DAY,
      by: 'mira',
    };
    const from = {
      incidents: [whole],
      counted: { list, inProgressIn: () => undefined },
      end,
      windowMs: end - START,
      minimumEvents: 20,
      thresholds: parseThresholds('unmetered >= 10, unmetered >= 200 critical'),
    };
    return heardPart(whole, [silence], from, end).incident.severity;
  };

  test('is critical if the billing cycle closes soon', () => {
    expect(severityOf(end + DAY)).toBe('critical');
  });

  test('is a warning otherwise', () => {
    expect(severityOf(undefined)).toBe('warning');
  });
});
