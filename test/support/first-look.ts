import { Levels } from '../../functions/monitor/counting/metrics/levels.ts';
import type { LookRequest } from '../../functions/monitor/counting/metrics/take-look.ts';
import { parseThresholds } from '../../functions/monitor/thresholds/grammar.ts';
import { at, HOUR } from './monitor.ts';

/** The request of the first look at five past ten. */
export function firstLook(rules: string): LookRequest {
  return {
    end: at('10:05'),
    before: undefined,
    levels: new Levels(),
    newFrom: at('09:05') - HOUR + 1,
    wanted: [{ start: at('09:00'), end: at('12:00') }],
    isWidened: true,
    requests: 9,
    now: at('10:05'),
    thresholds: parseThresholds(rules),
    ignoreLists: { accounts: new Set(), schemas: new Set() },
    followed: { account: [], schema: [] },
    withNames: true,
    namesFrom: at('08:05') + 1,
    signal: new AbortController().signal,
  };
}
