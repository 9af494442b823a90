import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../functions/monitor/notifications/formats/message.ts';
import type { Notification } from '../../functions/monitor/notifications/notification.ts';
import { CONTEXT, examples } from '../support/hostile-notification.ts';

const validate = new Ajv({ strict: true, allErrors: true, formats: { 'date-time': true } }).compile(
  JSON.parse(readFileSync('docs/notification.schema.json', 'utf8')),
);
const jsonOf = (notification: Notification) =>
  JSON.parse(renderMessage(notification, CONTEXT).json);

test.each(Object.entries<Notification>(examples))(
  'machines get what the schema says: %s',
  (_, one) => {
    validate(jsonOf(one));
    expect(validate.errors).toBeNull();
  },
);

test('an incident about usage events has its rule, its accounts and its sums', () => {
  expect(jsonOf(examples.resolved)).toMatchObject({
    version: 2,
    kind: 'resolved',
    id: 'u-7k2f.4.resolved.critical',
    incidentId: 'u-7k2f',
    sequence: 4,
    at: '2026-03-02T15:40:00.000Z',
    severity: 'critical',
    title: 'RESOLVED acme, umbrella: 4,101 of 4,291 events lost 10:05-15:20 UTC, not billed',
    subject: 'unmetered',
    failure: null,
    topic: null,
    threshold: 'unmetered by account >= 50% critical',
    value: 63.9,
    limit: 50,
    unit: 'percent',
    worst: 96.1,
    onset: '2026-03-02T10:05:00.000Z',
    endedAt: '2026-03-02T15:20:00.000Z',
    lost: 4_101,
    total: 4_291,
    worth: { amount: 3_998, accounts: 2, of: 2 },
    cycleEnd: '2026-03-31T18:30:00.000Z',
    since: 277,
    accounts: [
      {
        name: 'acme',
        lost: 3_716,
        total: 3_870,
        onset: '2026-03-02T10:05:00.000Z',
        end: '2026-03-02T15:20:00.000Z',
        stopped: null,
      },
      { name: 'umbrella' },
    ],
  });
});

test('a loss has what it is worth, unrounded, and when the billing cycle closes', () => {
  const { about, ...rest } = examples.opened;
  const worth = { amount: 2_123.45, accounts: 18, of: 25 };
  const cycleEnd = Date.UTC(2026, 10, 30, 18, 30);
  const json = jsonOf({ ...rest, about: about && { ...about, worth, cycleEnd } });
  validate(json);
  expect(validate.errors).toBeNull();
  expect(json).toMatchObject({ worth, cycleEnd: '2026-11-30T18:30:00.000Z' });
});

test('an incident that was closed says why', () => {
  expect(jsonOf(examples.closed).closedBecause).toBe('its rule was removed');
});

test('a failure of the monitor is of the subject "monitor"', () => {
  expect(jsonOf(examples.broken)).toMatchObject({
    subject: 'monitor',
    failure: 'cannot_count',
    incidentId: 'm-8r6t',
    onset: '2026-03-06T10:25:00.000Z',
    endedAt: null,
    threshold: null,
    accounts: [],
    lost: null,
  });
});

test('a gap is a notice with its range', () => {
  expect(jsonOf(examples.gap)).toMatchObject({
    kind: 'notice',
    topic: 'gap',
    incidentId: null,
    subject: null,
    window: { start: '2026-03-06T22:00:00.000Z', end: '2026-03-07T09:35:00.000Z' },
  });
});

describe('filter policies of SNS get', () => {
  test('kind, severity, subject and incident', () => {
    expect(renderMessage(examples.opened, CONTEXT).attributes).toEqual({
      kind: 'opened',
      severity: 'critical',
      subject: 'unmetered',
      incidentId: 'u-7k2f',
    });
  });

  test('"monitor" as the subject of a failure', () => {
    expect(renderMessage(examples.broken, CONTEXT).attributes).toMatchObject({
      subject: 'monitor',
    });
  });

  test('the topic of a notice', () => {
    expect(renderMessage(examples.digest, CONTEXT).attributes).toEqual({
      kind: 'notice',
      severity: 'warning',
      topic: 'digest',
    });
  });

  test('no subject and no incident of a test, because SNS refuses empty values', () => {
    expect(renderMessage(examples.test, CONTEXT).attributes).toEqual({
      kind: 'test',
      severity: 'warning',
    });
  });
});
