import type { EntryOf } from '../../../proving/history.ts';
import { MINUTE } from '../../../proving/world/scenario.ts';
import {
  all,
  beside,
  first,
  type Tamper,
  type Tampering,
  withNotification,
  withoutRate,
} from './tampering.ts';

/** Messages that are lost, late, repeated or wrong. */
export const TAMPERED_NOTIFICATIONS: readonly Tampering[] = [
  {
    what: 'a message is lost',
    breaks: ['outbox-delivered', 'breach-notified'],
    tamper: all('published', () => []),
  },
  {
    what: 'a plain breach is never notified, and SNS refuses messages in every run',
    breaks: ['breach-notified'],
    tamper: () => (entry) => {
      if (entry.type === 'published') return [];
      if (entry.type !== 'ended') return [entry];
      return [beside<'refused'>(entry, { type: 'refused', what: 'publish' }), entry];
    },
  },
  {
    what: 'a message comes 20 minutes late',
    breaks: ['notified-in-time'],
    tamper: all('published', (entry) => [{ ...entry, time: entry.time + 20 * MINUTE }]),
  },
  {
    what: 'a message comes without a cause',
    breaks: ['notified-for-a-cause'],
    tamper: first('published', (entry) => [
      entry,
      withNotification(entry, { id: 'other', firedAt: '2026-03-01T00:00:00.000Z' }),
    ]),
  },
  {
    what: 'a message comes twice from one run',
    breaks: ['repeated-only-after-a-crash'],
    tamper: all('published', (entry) => [entry, entry]),
  },
  {
    what: 'a message comes again from a later run',
    breaks: ['repeated-only-after-a-crash'],
    tamper: publishedAgain,
  },
  {
    what: 'another message has the same id',
    breaks: ['one-message-one-id'],
    tamper: first('published', (entry) => [
      { ...entry, seen: false },
      withNotification(entry, { kind: 'resolved' }),
    ]),
  },
  {
    what: 'messages of one alert have different alertIds',
    breaks: ['one-alert-one-id'],
    tamper: all('published', (entry) => [
      withNotification(entry, { alertId: entry.notified.alertId + entry.notified.id }),
    ]),
  },
  {
    what: 'a message has another kind',
    breaks: ['kind-as-due'],
    tamper: all('published', (entry) => [withNotification(entry, { kind: 'grew' })]),
  },
  {
    what: 'a message names an end and there is none',
    breaks: ['end-as-due'],
    tamper: all('published', (entry) => [
      withNotification(entry, { resolvedAt: '2026-03-04T00:00:00.000Z' }),
    ]),
  },
  {
    what: 'a message names another value',
    breaks: ['value-as-evaluated'],
    tamper: all('published', (entry) => [
      withNotification(entry, { value: (entry.notified.value ?? 0) + 1 }),
    ]),
  },
  {
    what: 'a message names another window',
    breaks: ['window-as-evaluated'],
    counting: 'metrics',
    tamper: all('published', (entry) => {
      const { window } = entry.notified;
      return window ? [withNotification(entry, { window: { ...window, end: '' } })] : [entry];
    }),
  },
  {
    what: 'a sample was never sent',
    breaks: ['sample-is-true'],
    tamper: withSamples({ referenceId: 'nobody' }),
  },
  {
    what: 'a sample has another account',
    breaks: ['sample-is-true'],
    tamper: withSamples({ accountId: 'nobody' }),
  },
  {
    what: 'a sample is not of the subject',
    breaks: ['sample-fits-the-alert'],
    tamper: withSamples({ status: 'INGESTION_IN_PROGRESS' }),
  },
  {
    what: 'a message has no samples',
    breaks: ['samples-shown'],
    counting: 'metrics',
    judgedAs: withoutRate,
    tamper: all('published', (entry) => [withNotification(entry, { summary: { samples: [] } })]),
  },
];

type Samples = NonNullable<EntryOf<'published'>['notified']['summary']>['samples'];

function withSamples(change: Partial<Samples[number]>): () => Tamper {
  return all('published', (entry) => {
    const { summary } = entry.notified;
    if (!summary) return [entry];
    const samples = summary.samples.map((sample) => ({ ...sample, ...change }));
    return [withNotification(entry, { summary: { ...summary, samples } })];
  });
}

/** The first message comes again when another run ends. */
function publishedAgain(): Tamper {
  let message: EntryOf<'published'> | undefined;
  let isDone = false;
  return (entry) => {
    if (entry.type === 'published') message ??= entry;
    if (isDone || !message || entry.type !== 'ended' || entry.run === message.run) return [entry];
    isDone = true;
    return [{ ...message, time: entry.time, run: entry.run }, entry];
  };
}
