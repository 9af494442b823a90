import type { Entry, EntryOf, StoredLook } from '../../../proving/history.ts';
import { BUCKET, HOUR, type Scenario } from '../../../proving/world/scenario.ts';
import { all, first, type Tampering, withLook } from './tampering.ts';

type Change = StoredLook['changes'][number];

/** Changes the first change of a look that matches. */
function firstChange(
  matches: (change: Change, look: StoredLook) => boolean,
  change: (change: Change) => Change,
) {
  return first(
    'look',
    (entry) => {
      const { look } = entry;
      const found = look.changes.find((one) => matches(one, look));
      const changes = look.changes.map((one) => (one === found ? change(one) : one));
      return [withLook(entry, { changes })];
    },
    ({ look }) => !look.isFirst && look.changes.some((one) => matches(one, look)),
  );
}

const counting = 'metrics';

/** Looks that are not as Togai answered, and runs that count by the wrong source. */
export const TAMPERED_LOOKS: readonly Tampering[] = [
  {
    what: 'a level is one event higher than the answer',
    breaks: ['look-as-answered', 'rises-are-true'],
    counting,
    tamper: firstChange(
      ({ scope, status }) => scope === 'all' && !status.endsWith('IN_PROGRESS'),
      (change) => ({ ...change, to: change.to + 1 }),
    ),
  },
  {
    what: 'the events of a new hour count as if they had been there before',
    breaks: ['look-counts-from'],
    counting,
    tamper: firstChange(
      ({ scope, label, from }, { since }) => scope === 'all' && label >= since && from === 0,
      (change) => ({ ...change, from: undefined }),
    ),
  },
  {
    what: 'a look does not ask for the next hour',
    breaks: ['look-asks-for-all-hours'],
    counting,
    tamper: all('look', (entry) => {
      const asked = entry.look.asked.map((range) => ({ ...range, end: range.end - HOUR }));
      return [withLook(entry, { asked })];
    }),
  },
  {
    what: 'a look begins before the end of the look before',
    breaks: ['looks-in-order'],
    counting,
    tamper: first(
      'look',
      (entry) => [withLook(entry, { since: entry.look.since - BUCKET })],
      ({ look }) => !look.isFirst,
    ),
  },
  {
    what: 'an hour is taken for stale though its sum did not fall',
    breaks: ['stale-hour-unused'],
    counting,
    tamper: first('look', (entry) => {
      const hour = Math.floor(entry.look.end / HOUR) * HOUR;
      return [withLook(entry, { stale: [hour] })];
    }),
  },
  {
    what: 'an account has one event more than the answer',
    breaks: ['names-as-answered'],
    counting,
    tamper: firstChange(
      ({ scope, status }) => scope === 'account' && status !== '*',
      (change) => ({ ...change, to: change.to + 1 }),
    ),
  },
  {
    what: 'answers are of an hour ago and nobody notices',
    breaks: ['rises-are-true'],
    counting,
    tamper: all('answered', (entry) => {
      const { metrics } = entry;
      return [{ ...entry, metrics: metrics && { ...metrics, asOf: metrics.asOf - HOUR } }];
    }),
  },
  {
    what: 'nothing rose and no list was asked',
    breaks: ['zero-is-proved'],
    counting,
    tamper: all('answered', (entry) => [{ ...entry, page: undefined }]),
  },
  {
    what: 'a run counts by another source than is set',
    breaks: ['source-as-set'],
    counting,
    tamper: all('ended', (entry) => [{ ...entry, source: 'listing' }]),
  },
  {
    what: 'a run does not say why it counts by metrics',
    breaks: ['source-has-a-reason'],
    counting,
    tamper: all('ended', (entry) => [{ ...entry, sourceReason: '' }]),
  },
  {
    what: 'a run counts by a list that is by the time of the sender',
    breaks: ['list-is-proven'],
    counting,
    judgedAs: bySender,
    tamper: () => (entry) => {
      if (entry.type === 'begun') return [{ ...entry, counting: 'auto' } as Entry];
      return entry.type === 'ended' ? [endedByListing(entry)] : [entry];
    },
  },
];

function endedByListing(entry: EntryOf<'ended'>): Entry {
  return entry.source ? { ...entry, source: 'listing' } : entry;
}

function bySender(world: Scenario): Scenario {
  const generations = world.generations.map(({ from, generation }) => ({
    from,
    generation: { ...generation, timeFilter: 'ignored', orderBy: 'timestamp' } as const,
  }));
  return { ...world, generations };
}
