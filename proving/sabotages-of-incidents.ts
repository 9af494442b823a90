import type { Sabotage } from './sabotages.ts';

const INCIDENTS = 'functions/monitor/incidents';
const TESTS = 'test/incidents';

/** Changes after which people are notified too often, too seldom, or of what is not true. */
export const SABOTAGES_OF_INCIDENTS: readonly Sabotage[] = [
  {
    id: 'forgets-messages',
    what: 'what a channel was last notified of is forgotten',
    file: `${INCIDENTS}/needs-notification.ts`,
    from: 'if (!last || hasEnded(last) || incident.reopened > (last.reopened ?? 0)) {',
    to: 'if (!last || last.sequence > 0) {',
    caughtBy: { test: `${TESTS}/needs-notification.test.ts` },
  },
  {
    id: 'one-channel-for-all',
    what: 'what one channel has counts for all of them',
    file: 'functions/monitor/lease/held-incidents.ts',
    from: 'notified: { ...incident.notified, [channel]: notified },',
    to: 'notified: { sns: notified, events: notified, [channel]: notified },',
    caughtBy: { seeds: [9], plots: true, breaks: 'each-channel' },
  },
  {
    id: 'ends-on-missing-data',
    what: 'a bucket that was not counted to its end proves that nothing was lost',
    file: `${INCIDENTS}/losses.ts`,
    from: 'proves: !partial && healed === 0 && isProgressLow(counts),',
    to: 'proves: healed === 0 && isProgressLow(counts),',
    caughtBy: { test: `${TESTS}/ends.test.ts` },
  },
  {
    id: 'ends-in-progress',
    what: 'an incident ends however much is in progress',
    file: `${INCIDENTS}/losses.ts`,
    from: 'const MAX_IN_PROGRESS_SHARE = 0.1;',
    to: 'const MAX_IN_PROGRESS_SHARE = 1;',
    caughtBy: { test: `${TESTS}/ends.test.ts` },
  },
  {
    id: 'ends-by-others',
    what: 'the events of everybody prove that an account is mended',
    file: `${INCIDENTS}/facts-of.ts`,
    from: 'return ({ accounts, proves, unnamed }) => {\n    const { lost, total } = accounts.get(name) ?? NO_LOSS;',
    to: 'return ({ accounts, proves, unnamed, total }) => {\n    const { lost } = accounts.get(name) ?? NO_LOSS;',
    caughtBy: { test: `${TESTS}/ends.test.ts` },
  },
  {
    id: 'opens-by-counted-loss',
    what: 'a loss that was counted before the end of its incident opens it again',
    file: `${INCIDENTS}/fresh-window.ts`,
    from: 'if (endings.length === 0) return { whole, isLonger, counts, pieces };',
    to: 'if (endings.length >= 0) return { whole, isLonger, counts, pieces };',
    caughtBy: { test: `${TESTS}/counted-later.test.ts` },
  },
  {
    id: 'never-opens-again',
    what: 'a loss that is counted after the end never opens its incident again',
    file: `${INCIDENTS}/fresh-window.ts`,
    from: 'const later = Math.max(0, lost - countedIn(piece));',
    to: 'const later = Math.min(0, lost - countedIn(piece));',
    caughtBy: { test: `${TESTS}/counted-later.test.ts` },
  },
  {
    id: 'one-cause-only',
    what: 'a second cause is told only when the first is over',
    file: `${INCIDENTS}/open-losses.ts`,
    from: '  if (!rule) return incidents;',
    to: '  if (!rule || incidents.some(({ end }) => !end)) return incidents;',
    caughtBy: { test: `${TESTS}/joining.test.ts` },
  },
  {
    id: 'fifty-names',
    what: 'at most fifty accounts have a name',
    file: `${INCIDENTS}/open-losses.ts`,
    from: 'const MAX_ACCOUNTS = 500;',
    to: 'const MAX_ACCOUNTS = 50;',
    caughtBy: { test: `${TESTS}/joining.test.ts` },
  },
];
