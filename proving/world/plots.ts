import { CHANNELS } from './names.ts';
import { type CreatePlot, early, hours, LOST, loss, type PlotSpan } from './plot.ts';
import type { Random } from './random.ts';
import { type Fault, HOUR, type Incident, MINUTE } from './scenario.ts';
import { silenced, silencedAccount } from './silence-plots.ts';

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const MANY = 40;

/** Two customers break for reasons of their own: the second at once, within half an hour, or later. */
const twoCustomers: CreatePlot = (random, span) => {
  const first = early(random, span);
  const second = first + random.pick([0, 12, 28, 34, 90, 240]) * MINUTE;
  return {
    incidents: [
      loss('first', first, first + hours(random, 0.5, 3, 8), 1, 'acme'),
      loss('second', second, second + hours(random, 0.5, 3, 8), random.pick([0.2, 1]), 'globex'),
    ],
  };
};

/** A test account loses all its events all the time. */
const chronicAccount: CreatePlot = (random, span) => {
  const from = early(random, span);
  return {
    accounts: ['acme', 'globex', 'initech', 'test-account'],
    incidents: [
      loss('chronic', span.start - 24 * HOUR, span.end, 1, 'test-account'),
      loss('new', from, from + hours(random, 0.5, 3), 1, 'acme'),
    ],
  };
};

/** The same leak with pauses of equal length, from five minutes to five hours. */
const comesAndGoes: CreatePlot = (random, span) => {
  const pause = random.pick([5, 10, 20, 45, 90, 180, 300]) * MINUTE;
  const lasting = random.pick([5, 15, 60]) * MINUTE;
  const first = early(random, span);
  const times = random.whole(3, 12);
  const incidents = Array.from({ length: times }, (_, index) => {
    const from = first + index * (lasting + pause);
    return loss(`leak-${index}`, from, from + lasting, random.pick([0.3, 1]), 'acme');
  });
  return { incidents: incidents.filter(({ from }) => from < span.end) };
};

/** A sender that sends everything at once, every two hours, and all of it is lost. */
const lostBatches: CreatePlot = (random, span) => {
  const first = early(random, span);
  const count = random.whole(4, 12);
  return { incidents: batches('batch-account', first, count, random.pick([12, 60, 300]), LOST) };
};

function batches(
  account: string,
  first: number,
  count: number,
  events: number,
  status: string,
): Incident[] {
  return Array.from({ length: count }, (_, index): Incident => {
    const from = first + index * 2 * HOUR;
    return {
      id: `batch-${index}`,
      from,
      to: from + MINUTE,
      kind: 'burst',
      events,
      status,
      account,
    };
  });
}

/** Togai metrics lag behind in the middle of an incident. */
const laggingTogai: CreatePlot = (random, span) => {
  const from = early(random, span);
  const to = from + 4 * HOUR;
  const start = from + random.pick([-10, 30, 90]) * MINUTE;
  const end = start + random.pick([30, 90, 300]) * MINUTE;
  return {
    incidents: [loss('loss', from, to, 1, 'acme')],
    stale: { start, end, minutes: random.pick([4, 8, 20, 45]) },
  };
};

/** A sender stops in the middle of its loss, and comes back lost, mended, or never. */
const pausedSender: CreatePlot = (random, span) => {
  const from = early(random, span);
  const stopped = from + hours(random, 0.2, 1);
  const back = stopped + random.pick([20, 70, 200, 1_600]) * MINUTE;
  const to = random.chance(0.5) ? stopped : back + HOUR;
  return {
    incidents: [
      loss('loss', from, to, 1, 'acme'),
      { id: 'paused', from: stopped, to: back, kind: 'silence', account: 'acme' },
    ],
  };
};

/** Accounts of two events an hour, lost for half a day. */
const sparseAccounts: CreatePlot = (random, span) => {
  const from = early(random, span);
  const names = ['sparse-1', 'sparse-2', 'sparse-3', 'sparse-4'];
  const sent = names.flatMap((account) => single(random, account, span));
  const lost = names.map((account) => loss(`loss-${account}`, from, from + 12 * HOUR, 1, account));
  return { incidents: [...sent, ...lost] };
};

function single(random: Random, account: string, { start, end }: PlotSpan): Incident[] {
  const count = Math.floor((end - start) / (HOUR / 2));
  return Array.from({ length: count }, (_, index): Incident => {
    const from = start + Math.floor((index + random.next()) * (HOUR / 2));
    const id = `${account}-${index}`;
    return { id, from, to: from + 1_000, kind: 'burst', events: 1, status: METERED, account };
  });
}

/** One event in a thousand is lost in every account: before an incident, during it, and after. */
const strays: CreatePlot = (random, span) => {
  const from = early(random, span);
  return {
    incidents: [
      loss('strays', span.start - 24 * HOUR, span.end, 0.001),
      loss('loss', from, from + hours(random, 0.5, 3), random.pick([0.1, 1]), 'acme'),
    ],
  };
};

/** One event in a hundred is lost, in any of many accounts. */
const spreadLeak: CreatePlot = (random, span) => {
  const from = early(random, span);
  const accounts = Array.from({ length: MANY }, (_, index) => `customer-${index}`);
  return {
    accounts: accounts as [string, ...string[]],
    incidents: [loss('leak', from, from + hours(random, 2, 8), 0.01)],
  };
};

/** One channel after the other cannot be reached, while an incident begins, goes on, or ends. */
const channelOutages: CreatePlot = (random, span) => {
  const from = early(random, span);
  const to = from + hours(random, 1, 3);
  const faults = CHANNELS.map((channel): Fault => {
    const begins = random.pick([from, (from + to) / 2, to]) - 10 * MINUTE;
    const ends = begins + random.pick([30, 120, 400]) * MINUTE;
    return {
      id: `away-${channel}`,
      from: begins,
      to: ends,
      kind: 'publish-refused',
      share: 1,
      channel,
    };
  });
  return { incidents: [loss('loss', from, to, 1, 'acme')], faults };
};

/** Messages are published, and runs cannot store that: they die, or their write fails. */
const lostRecords: CreatePlot = (random, span) => {
  const from = early(random, span);
  const to = from + hours(random, 1, 3);
  const faults = [from, to].map((time, index): Fault => {
    const ends = time + random.pick([20, 60]) * MINUTE;
    const kind = random.pick(['killed-after-publish', 'record-refused'] as const);
    const channel = random.pick([undefined, ...CHANNELS]);
    const fault = { id: `record-${index}`, from: time, to: ends, kind, share: 0.7 } as const;
    return channel === undefined ? fault : { ...fault, channel };
  });
  return { incidents: [loss('loss', from, to, 1, 'acme')], faults };
};

/** Incidents begin and end while no channel can be reached. */
const nobodyReached: CreatePlot = (random, span) => {
  const from = early(random, span);
  const lengths = [30, 60, 180].map((minutes) => minutes * MINUTE) as [number, number, number];
  const [first, second] = [random.pick(lengths), random.pick(lengths)];
  const again = from + first + random.pick([30, 90, 500]) * MINUTE;
  return {
    incidents: [
      loss('first', from, from + first, 1, 'acme'),
      loss('second', again, again + second, 1, random.pick(['acme', 'globex'])),
    ],
    faults: [
      {
        id: 'nobody',
        from: from - 5 * MINUTE,
        to: random.pick([from + first / 2, from + first + HOUR, again + 20 * MINUTE]),
        kind: 'publish-refused',
        share: 1,
      },
    ],
  };
};

/** The kinds of worlds that incidents are hard in. */
export const PLOTS = {
  'two-customers': twoCustomers,
  'chronic-account': chronicAccount,
  'comes-and-goes': comesAndGoes,
  'lost-batches': lostBatches,
  'lagging-togai': laggingTogai,
  'paused-sender': pausedSender,
  'sparse-accounts': sparseAccounts,
  strays,
  'spread-leak': spreadLeak,
  'channel-outages': channelOutages,
  'lost-records': lostRecords,
  'nobody-reached': nobodyReached,
  silenced,
  'silenced-account': silencedAccount,
} as const satisfies Record<string, CreatePlot>;

export type PlotName = keyof typeof PLOTS;
