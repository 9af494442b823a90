import { describe, expect, test } from 'vitest';
import { sampling } from '../../../functions/monitor/notifications/delivery/add-samples.ts';
import type {
  IncidentFacts,
  Notification,
} from '../../../functions/monitor/notifications/notification.ts';
import type { UsageEvents } from '../../../functions/monitor/ports.ts';
import { createJumpingClock } from '../../support/clock.ts';
import { eventPage, usageEvent } from '../../support/events.ts';
import { examples } from '../../support/hostile-notification.ts';

const { at } = examples.opened;
const about = incidentOf(examples.opened);

function incidentOf({ about }: Notification): IncidentFacts {
  if (!about) throw new Error('an example without an incident');
  return about;
}

const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const NO_METER = 'INGESTION_COMPLETED_NO_MATCHING_METERS';
const MINUTE = 60_000;

type Listed = readonly (readonly [status: string, minutesAfterOnset: number])[];
const DAY = 24 * 60;

/** The samples of the incident of acme, if Togai lists these events. */
async function samplesOf(...listed: Listed) {
  const { samples } = await summaryWith(listed);
  return samples.map(({ status, createdAt }) => [status, (createdAt - about.onset) / MINUTE]);
}

async function summaryWith(listed: Listed, nextToken?: string) {
  const events = listed.map(([status, minutes]) =>
    usageEvent({ status, createdAt: about.onset + minutes * MINUTE }),
  );
  const togai: UsageEvents = {
    async *pages({ status }) {
      const listedNow = events.filter((event) => event.status === status);
      yield await Promise.resolve(eventPage(listedNow, nextToken));
    },
    event: () => Promise.resolve([]),
  };
  const signal = new AbortController().signal;
  const settings = { ignoreLists: { accounts: new Set<string>(), schemas: new Set<string>() } };
  const request = { scheduledTime: at, settings, signal, softDeadline: signal };
  const add = sampling(togai, createJumpingClock(at), request);
  const byStatus = [
    [NOT_METERED, 412],
    [NO_METER, 2],
  ] as const;
  const asked = { ...about, summary: { ...about.summary, byStatus, samples: [] } };
  return (await add(asked)).summary;
}

describe('samples of an incident', () => {
  test('are of its own time, where Togai lists any of that', async () => {
    expect(await samplesOf([NOT_METERED, 5], [NO_METER, -60])).toEqual([[NOT_METERED, 5]]);
  });

  test('are older, where Togai lists no others: it settled these late', async () => {
    expect(await samplesOf([NOT_METERED, -60])).toEqual([[NOT_METERED, -60]]);
  });

  test('are noted as missing, where Togai lists the oldest events first', async () => {
    const { sampled } = await summaryWith([[NOT_METERED, -3 * DAY]], 'newer');
    expect(sampled).toBe(0);
  });

  test('are not noted as missing, where Togai lists no events', async () => {
    expect(await summaryWith([])).not.toHaveProperty('sampled');
  });
});
