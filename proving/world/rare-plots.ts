import { type CreatePlot, hours, loss, type PlotSpan } from './plot.ts';
import type { Random } from './random.ts';
import { DAY, HOUR, MINUTE } from './scenario.ts';
import type { Silencing } from './silencing.ts';

/** Worlds begin on a Tuesday, and the week of their digest ends on the Wednesday after next. */
export const WEEK_WORLD_DAYS = 9;
const DIGEST_DAY = 'WED';
/** Such a share of all events is lost all the time: below the limit of every rule. */
const LEAK_SHARE = 0.004;

/** Days of leaks and losses in a world that lasts longer than the week of a digest. */
const wholeWeek: CreatePlot = (random, span) => {
  const days = daysIn(span);
  const losses = Array.from({ length: days }, (_, day) => {
    const from = atNoon(random, span, day + 1);
    const account = random.pick(['acme', 'globex', 'initech']);
    return loss(`loss-${day}`, from, from + hours(random, 0.5, 2), random.pick([0.2, 1]), account);
  });
  const quiet = atNoon(random, span, random.whole(2, days - 2));
  return {
    incidents: [loss('leak', span.start, span.end, LEAK_SHARE), ...losses],
    // Nobody is notified of these losses, and still the digest counts them.
    silences: [silence('s-week', quiet - 6 * HOUR, 16 * HOUR, { all: true })],
    digestDay: DIGEST_DAY,
    isPlain: true,
  };
};

/** Incidents that people know end in a silence that lasts for hours longer. */
const silencedEnd: CreatePlot = (random, span) => {
  const days = Array.from({ length: daysIn(span) }, (_, index) => index + 1);
  const plots = days.map((day) => {
    const account = random.pick(['acme', 'globex', 'initech']);
    const from = atNoon(random, span, day);
    const to = from + hours(random, 1, 2);
    const at = Math.floor(from + (0.5 + random.next() / 3) * (to - from));
    const scope = random.pick<Silencing['scope']>([
      { account },
      { subject: 'unmetered' },
      { all: true },
      'newest',
    ]);
    const lasting = to - at + random.pick([3, 6, 8]) * HOUR;
    return {
      incident: loss(`loss-${day}`, from, to, 1, account),
      silence: silence(`s-${day}`, at, lasting, scope),
    };
  });
  return {
    incidents: plots.map(({ incident }) => incident),
    silences: plots.map((one) => one.silence),
    isPlain: true,
  };
};

/** Customers break, and people silence accounts that lose nothing: before it, meanwhile, and near its end. */
const silencedBystander: CreatePlot = (random, span) => {
  const days = Array.from({ length: daysIn(span) }, (_, index) => index + 1);
  const incidents = days.map((day) => {
    const from = atNoon(random, span, day);
    const account = random.pick(['acme', 'initech']);
    return loss(`loss-${day}`, from, from + hours(random, 2, 3), random.pick([0.4, 1]), account);
  });
  const silences = incidents.flatMap(({ id, from, to }) => {
    const spans = [
      { account: 'globex', at: from - 40 * MINUTE, lasting: random.pick([120, 480]) },
      { account: 'umbrella', at: from + 25 * MINUTE, lasting: 20 },
      { account: 'stranger', at: to - 20 * MINUTE, lasting: random.pick([60, 480]) },
    ];
    return spans.map(({ account, at, lasting }) =>
      silence(`s-${id}-${account}`, at, lasting * MINUTE, { account }),
    );
  });
  return { incidents, silences, isPlain: true };
};

/** A time before noon, when accounts send most, so many days after the start. */
function atNoon(random: Random, { start }: PlotSpan, days: number): number {
  const midnight = Math.floor(start / DAY) * DAY;
  return midnight + days * DAY + 9 * HOUR + Math.floor(random.next() * 3 * HOUR);
}

/** The days of which the noon and the hours after it are in a span, after the first one. */
function daysIn({ start, end }: PlotSpan): number {
  const midnight = Math.floor(start / DAY) * DAY;
  return Math.floor((end - 20 * HOUR - midnight) / DAY);
}

function silence(id: string, at: number, forMs: number, scope: Silencing['scope']): Silencing {
  return { id, at, forMs, scope, skewMs: 0 };
}

/** The plots of every twentieth seed. */
export const RARE_PLOTS = {
  'whole-week': wholeWeek,
  'silenced-end': silencedEnd,
  'silenced-bystander': silencedBystander,
} as const satisfies Record<string, CreatePlot>;

export type RarePlotName = keyof typeof RARE_PLOTS;
