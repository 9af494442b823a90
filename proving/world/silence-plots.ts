import { CHANNELS } from './names.ts';
import { type CreatePlot, early, hours, loss } from './plot.ts';
import type { Random } from './random.ts';
import { type Fault, HOUR, MINUTE } from './scenario.ts';
import type { Silencing } from './silencing.ts';

type Scope = Silencing['scope'];

const SCOPES: readonly [Scope, ...Scope[]] = [
  { subject: 'unmetered' },
  { subject: 'unmetered' },
  { all: true },
  'newest',
];

/** An incident that people silence before it, at its beginning, in the middle, or near its end: all of it, or all they know. */
export const silenced: CreatePlot = (random, span) => {
  const from = early(random, span);
  const to = from + hours(random, 1, 3, 8);
  const again = to + random.pick([20, 90, 400]) * MINUTE;
  const times = [
    from - 40 * MINUTE,
    from + 3 * MINUTE,
    from + 25 * MINUTE,
    to - 25 * MINUTE,
    again,
  ];
  const silences = random
    .pick([[0], [1], [2], [2, 3], [3], [1, 3], [2, 4]])
    .map((index) => silence(random, `s-${index}`, times[index] ?? from, random.pick(SCOPES)));
  return {
    incidents: [
      loss('loss', from, to, random.pick([0.3, 1]), 'acme'),
      loss('again', again, again + HOUR, 1, random.pick(['acme', 'globex'])),
    ],
    silences,
    faults: random.chance(0.3) ? [awayChannel(random, random.pick([from, to, again]))] : [],
  };
};

/** Two or three customers break, and people silence one or two of them. */
export const silencedAccount: CreatePlot = (random, span) => {
  const from = early(random, span);
  const second = from + random.pick([0, 10, 90]) * MINUTE;
  const third = from + random.pick([5, 120]) * MINUTE;
  const lengths = () => hours(random, 1, 3, 8);
  const names = random.pick([['acme'], ['globex'], ['acme', 'globex']]);
  const silences = names.map((account, index) => {
    const at = from + random.pick([-30, 3, 25, 45, 90]) * MINUTE + index;
    return silence(random, `s-${account}`, at, { account });
  });
  const incidents = [
    loss('first', from, from + lengths(), 1, 'acme'),
    loss('second', second, second + lengths(), random.pick([0.2, 1]), 'globex'),
    ...(random.chance(0.5) ? [loss('third', third, third + lengths(), 1, 'initech')] : []),
  ];
  return { incidents, silences };
};

function silence(random: Random, id: string, begins: number, scope: Scope): Silencing {
  const at = Math.round(begins + random.next() * MINUTE);
  const forMs = random.pick([20, 60, 180, 600]) * MINUTE;
  const isEnded = random.chance(0.3);
  return {
    id,
    at,
    forMs,
    scope,
    skewMs: random.pick([0, 0, -50_000, -3_000, 20_000]),
    ...(isEnded && { endedAt: at + Math.round(forMs * random.next()) }),
  };
}

/** A channel cannot be reached for a while around a time. */
function awayChannel(random: Random, time: number): Fault {
  const from = time - 10 * MINUTE;
  const to = from + random.pick([30, 120]) * MINUTE;
  const channel = random.pick(CHANNELS);
  return { id: 'away', from, to, kind: 'publish-refused', share: 1, channel };
}
