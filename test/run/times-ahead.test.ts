import { describe, expect, test } from 'vitest';
import { TogaiError } from '../../functions/monitor/errors.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import type { MonitorState } from '../../functions/monitor/monitor-state.ts';
import type { RejectionLimiter } from '../../functions/monitor/ports.ts';
import { togaiOf } from '../support/memory-togai.ts';
import { at, createTestMonitor, MINUTE, type TestMonitor } from '../support/monitor.ts';
import { bucketsIn } from '../support/stored-counts.ts';
import { traffic } from '../support/usage-traffic.ts';

/** Any time in the state may have been written while the clock was a day ahead. */
const DAY = 24 * 60 * MINUTE;

/** A monitor that has run from 10:00 to 11:15; from 11:00 to 13:00 nothing is metered. */
async function incident(thresholds = 'unmetered >= 10'): Promise<TestMonitor> {
  const monitor = createTestMonitor({ thresholds, repeatMinutes: '60' });
  const lost = { start: at('11:00'), end: at('13:00') };
  monitor.events.push(...traffic({ start: at('08:00'), end: at('14:00') }, lost));
  await monitor.runFrom('10:00', '11:15');
  return monitor;
}

/** Changes the stored state between two runs. */
async function remember(
  { store }: TestMonitor,
  change: (state: MonitorState) => Partial<MonitorState>,
): Promise<void> {
  const state = await store.readState();
  if (!state) throw new Error('nothing is remembered yet');
  expect(await store.writeState({ ...state, ...change(state) }, state.runNumber)).toBe(true);
}

const ahead = (time: number | undefined) => (time ?? 0) + DAY;

/** Changes the one incident that is stored. */
async function rewrite(
  { store }: TestMonitor,
  change: (incident: Incident) => Incident,
): Promise<void> {
  const { incidentIds = [], runNumber = 0 } = (await store.readState()) ?? {};
  const [incident] = await store.readIncidents(incidentIds);
  if (!incident) throw new Error('no incident is stored yet');
  expect(await store.writeIncident(change(incident), runNumber)).toBe(true);
}

/** With the last message about an incident, to each channel, a day ahead. */
const notifiedAhead = (incident: Incident): Incident => ({
  ...incident,
  notified: Object.fromEntries(
    Object.entries(incident.notified).map(([channel, last]) => [
      channel,
      { ...last, at: ahead(last.at), evaluatedTo: ahead(last.evaluatedTo) },
    ]),
  ),
});

describe('a time that lies a day ahead', () => {
  test('as the watermark: due buckets are counted all the same', async () => {
    const monitor = await incident();
    await remember(monitor, ({ watermark }) => ({ watermark: ahead(watermark) }));
    const result = (await monitor.runFrom('11:20', '12:20')).at(-1);
    expect(result?.evaluated).toMatchObject({ whole: true, counts: { total: 360 } });
  });

  test('as the newest end that was evaluated: an incident that begins is notified', async () => {
    const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
    const lost = { start: at('11:20'), end: at('14:00') };
    monitor.events.push(...traffic({ start: at('08:00'), end: at('14:00') }, lost));
    await monitor.runFrom('10:00', '11:15');
    await remember(monitor, ({ evaluatedTo }) => ({ evaluatedTo: ahead(evaluatedTo) }));
    await monitor.runFrom('11:20', '11:40');
    expect(monitor.notified).toMatchObject([{ kind: 'opened', at: '2026-11-18T11:30:00.000Z' }]);
  });

  test('as the start of a rule with "for": an incident opens when that time is over', async () => {
    const monitor = await incident('unmetered >= 10 for 15m');
    await remember(monitor, ({ alerts }) => ({
      alerts: alerts.map((alert) => ({ ...alert, pendingSince: ahead(alert.pendingSince) })),
    }));
    await monitor.runFrom('11:20', '11:45');
    expect(monitor.notified).toMatchObject([{ kind: 'opened' }]);
  });

  test('as the last message about an incident: people are reminded after an hour', async () => {
    const monitor = await incident();
    expect(monitor.notified).toMatchObject([{ kind: 'opened' }]);
    await rewrite(monitor, notifiedAhead);
    await monitor.runFrom('11:20', '12:30');
    expect(monitor.notified.slice(1)).toMatchObject([{ kind: 'reminder' }]);
  });

  test('as the newest end that an incident was evaluated at: it ends when its loss ends', async () => {
    const monitor = await incident();
    await rewrite(monitor, (one) => ({ ...one, evaluatedTo: ahead(one.evaluatedTo) }));
    await monitor.runFrom('11:20', '13:30');
    expect(monitor.notified.at(-1)).toMatchObject({ kind: 'resolved', lost: 720 });
  });

  test('as the end of the sums of an incident: its loss is counted again since its onset', async () => {
    const monitor = await incident();
    const factsAhead = (one: Incident): Incident => ({
      ...one,
      accounts: one.accounts.map((account) => ({
        ...account,
        facts: { ...account.facts, to: ahead(account.facts.to) },
      })),
    });
    await rewrite(monitor, factsAhead);
    await monitor.runFrom('11:20', '13:30');
    expect(monitor.notified.at(-1)).toMatchObject({ kind: 'resolved', lost: 720 });
  });

  test('as the end of an incident: a loss that begins later opens it again', async () => {
    const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
    const start = at('08:00');
    const brief = { start: at('10:00'), end: at('10:05') };
    const later = { start: at('11:20'), end: at('14:00') };
    monitor.events.push(...traffic({ start, end: at('11:20') }, brief), ...traffic(later, later));
    await monitor.runFrom('09:00', '11:15');
    expect(monitor.notified.map(({ kind }) => kind)).toEqual(['opened', 'resolved']);
    await rewrite(monitor, (one) => ({
      ...notifiedAhead(one),
      end: one.end && { ...one.end, at: ahead(one.end.at), seenAt: ahead(one.end.seenAt) },
    }));
    await monitor.runFrom('11:20', '11:40');
    expect(monitor.notified.slice(2)).toMatchObject([{ kind: 'opened' }]);
  });

  test('as the last message about runs that fail: it is repeated after an hour', async () => {
    const monitor = createTestMonitor({ repeatMinutes: '60' });
    const connect = () => Promise.reject(new TogaiError('unavailable', 'always 500'));
    const failFrom = async (first: string, last: string) => {
      for (let time = at(first); time <= at(last); time += 5 * MINUTE)
        await monitor.runAt(time, { connect });
    };
    await failFrom('10:00', '10:20');
    expect(monitor.notified).toMatchObject([{ kind: 'opened' }]);
    await remember(monitor, ({ failures }) => ({
      failures: { ...failures, ...(failures.run && { run: notifiedAhead(failures.run) }) },
    }));
    await failFrom('10:25', '11:30');
    expect(monitor.notified.slice(1)).toMatchObject([{ kind: 'reminder' }]);
  });

  test('as the first of the runs that fail: after three more over fifteen minutes people are notified', async () => {
    const monitor = createTestMonitor();
    const connect = () => Promise.reject(new TogaiError('unavailable', 'always 500'));
    await monitor.runAt('10:00', { connect });
    await remember(monitor, ({ unfinishedSince }) => ({ unfinishedSince: ahead(unfinishedSince) }));
    for (const time of ['10:05', '10:10', '10:15', '10:20']) await monitor.runAt(time, { connect });
    expect(monitor.notified).toMatchObject([{ kind: 'opened' }]);
  });

  test('as the rejection of a token: it is sent again after half an hour', async () => {
    const monitor = createTestMonitor();
    const digest = 'a-digest';
    await monitor.runAt('10:00');
    await remember(monitor, () => ({ rejections: [{ digest, at: at('10:00') + DAY, count: 1 }] }));
    const sent: boolean[] = [];
    const connect = (limiter: RejectionLimiter) => {
      sent.push(limiter.maySend(digest));
      return Promise.resolve(togaiOf(monitor));
    };
    await monitor.runAt('10:05', { connect });
    await monitor.runAt('10:40', { connect });
    expect(sent.at(-1)).toBe(true);
  });

  test("as the time of a bucket's last count: it is counted again for its events in progress", async () => {
    const monitor = createTestMonitor({ thresholds: 'unmetered >= 10' });
    const events = traffic({ start: at('09:00'), end: at('12:00') });
    const waiting = events.filter(({ createdAt }) => createdAt >= at('11:00'));
    const settled = events.filter(({ createdAt }) => createdAt < at('11:00'));
    const asStatus = (status: string) => waiting.map((event) => ({ ...event, status }));
    monitor.events.push(...settled, ...asStatus('INGESTION_IN_PROGRESS'));
    await monitor.runFrom('10:00', '11:10');
    const [bucket] = await bucketsIn(monitor.store, { start: at('11:00'), end: at('11:05') });
    if (!bucket) throw new Error('the bucket was not counted');
    await monitor.store.writeBucket({ ...bucket, countedAt: ahead(bucket.countedAt) });
    const lost = asStatus('INGESTION_COMPLETED_EVENT_NOT_METERED');
    monitor.events.splice(0, monitor.events.length, ...settled, ...lost.slice(0, 30));
    await monitor.runFrom('11:15', '11:30');
    expect(monitor.notified).toMatchObject([{ kind: 'opened', value: 30 }]);
  });
});
