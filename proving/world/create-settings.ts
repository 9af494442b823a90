import type { Random } from './random.ts';
import { DAY } from './scenario.ts';
import type { Threshold, WorldSettings } from './world-settings.ts';

const events = { unit: 'events', forMinutes: 0, critical: false } as const;
const percent = { unit: 'percent', forMinutes: 0, critical: false } as const;
const critical = { critical: true } as const;

const THRESHOLDS: readonly [Threshold, ...Threshold[]] = [
  { subject: 'unmetered', operator: '>=', limit: 10, ...events },
  { subject: 'unmetered', operator: '>', limit: 40, ...events, ...critical },
  { subject: 'unmetered', operator: '>=', limit: 5, ...percent, ...critical },
  { subject: 'unmetered', operator: '>=', limit: 2, ...percent, forMinutes: 15 },
  { subject: 'unmetered', by: 'account', operator: '>=', limit: 50, ...percent, ...critical },
  { subject: 'unmetered', by: 'account', operator: '>=', limit: 5, ...events },
  { subject: 'unmetered', by: 'schema', operator: '>', limit: 8, ...events },
  { subject: 'failed', operator: '>=', limit: 10, ...events },
  { subject: 'failed', operator: '>=', limit: 10, ...events, forMinutes: 10 },
  { subject: 'failed', by: 'schema', operator: '>=', limit: 20, ...percent },
  { subject: 'INGESTION_FAILED_*', operator: '>', limit: 5, ...percent },
  { subject: 'in_progress', operator: '>=', limit: 25, ...percent, forMinutes: 15 },
  { subject: 'in_progress', by: 'account', operator: '>=', limit: 12, ...events },
  { subject: 'duplicate', operator: '>=', limit: 6, ...events },
  { subject: 'metered', operator: '<', limit: 60, ...percent },
  { subject: 'total', operator: '<', limit: 1, ...events, forMinutes: 30 },
  { subject: 'total', operator: '<=', limit: 3, ...events, ...critical },
];

export function createSettings(random: Random, start: number): WorldSettings {
  const wanted = random.whole(2, 6);
  const thresholds = new Set<Threshold>();
  while (thresholds.size < wanted) thresholds.add(random.pick(THRESHOLDS));
  const day = (days: number) => new Date(start + days * DAY).toISOString().slice(0, 10);
  return {
    thresholds: [...thresholds],
    windowMinutes: random.pick([30, 60, 60, 60, 120, 180, 360, 1_440]),
    settleMinutes: random.pick([0, 2, 5, 5, 7]),
    minimumEvents: random.pick([5, 20, 20, 60]),
    repeatMinutes: random.pick([0, 60, 240, 240, 720]),
    maxCatchUpHours: random.pick([6, 12, 24]),
    maxRequestsPerSecond: random.pick([0.2, 0.5, 1, 2, 2, 2.5, 5, 10]),
    ignoredAccounts: random.chance(0.3)
      ? [{ name: 'globex', ...(random.chance(0.5) && { lastDay: day(random.whole(0, 2)) }) }]
      : [],
    ignoredSchemas: random.chance(0.15) ? [{ name: 'seats' }] : [],
    runEveryMinutes: random.pick([5, 5, 5, 15, 30]),
    // Worlds begin on a Tuesday: these days come within the first three.
    ...(random.chance(0.5) && { digestDay: random.pick(['THU', 'THU', 'FRI'] as const) }),
  };
}

/** The same settings where each event stands for `weight` events: limits in events are as much higher. */
export function weighted(settings: WorldSettings, weight: number): WorldSettings {
  const thresholds = settings.thresholds.map((threshold) =>
    threshold.unit === 'events' ? { ...threshold, limit: threshold.limit * weight } : threshold,
  );
  return { ...settings, thresholds };
}
