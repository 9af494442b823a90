import { describe, expect, test } from 'vitest';
import { readSilenceRequest } from '../../functions/monitor/on-call/read-silence-request.ts';

const HOUR = 3_600_000;
const by = 'mira';

describe('a silence is understood', () => {
  test.each<[object, object]>([
    [
      { account: ' acme ', for: '30m', by },
      { scope: { account: 'acme' }, forMs: HOUR / 2, by },
    ],
    [
      { subject: 'failed', for: '30d', by },
      { scope: { subject: 'failed' }, forMs: 720 * HOUR, by },
    ],
    [
      { subject: 'INGESTION_FAILED_*', for: '2h', by },
      { scope: { subject: 'INGESTION_FAILED_*' }, forMs: 2 * HOUR, by },
    ],
    [
      { incident: 'u-1', for: '1h', by },
      { scope: { incidentId: 'u-1' }, forMs: HOUR, by },
    ],
    [
      { all: true, for: '24h', by, comment: 'migration' },
      { scope: { all: true }, forMs: 24 * HOUR, by, comment: 'migration' },
    ],
  ])('%j', (fields, request) => {
    expect(readSilenceRequest(fields)).toEqual(request);
  });
});

describe('a silence is refused', () => {
  test.each<[string, object, RegExp]>([
    ['of nothing', { for: '2h', by }, /of one thing/],
    ['of two things', { account: 'acme', all: true, for: '2h', by }, /of one thing/],
    ['of all with another word than true', { all: 'yes', for: '2h', by }, /all: write true/],
    ['of an account without a name', { account: ' ', for: '2h', by }, /account: write a text/],
    ['of a very long name', { account: 'a'.repeat(501), for: '2h', by }, /more than 500/],
    ['of a subject that no rule has', { subject: 'unmeterd', for: '2h', by }, /"unmeterd"/],
    ['of two subjects', { subject: 'failed >= 1, unmetered', for: '2h', by }, /subject: /],
    ['of failures of the monitor', { subject: 'monitor', for: '2h', by }, /never silenced/],
    ['for no time', { account: 'acme', by }, /for: it is not a duration/],
    ['for a time of day', { account: 'acme', for: '18:00', by }, /for: "18:00" is not a duration/],
    ['for over 30 days', { account: 'acme', for: '31d', by }, /30 days at most/],
    ['of all for over a day', { all: true, for: '25h', by }, /24 hours at most/],
    ['by nobody', { account: 'acme', for: '2h' }, /by: write a text/],
  ])('%s', (_, fields, reason) => {
    expect(() => readSilenceRequest(fields)).toThrow(reason);
  });
});
