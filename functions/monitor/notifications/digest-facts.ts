import type { Incident, Part } from '../incidents/incident.ts';
import { partsOf } from '../incidents/parts-of-incident.ts';
import { DAY_MS, type Range } from '../timeline/time.ts';
import { type FreshNames, freshIn } from './digest-new-names.ts';
import { silentIn } from './digest-silent-accounts.ts';
import { longEnough, type WeekSums } from './digest-week-sums.ts';
import type { Worth } from './notification.ts';

/** So long is the week before, in every time zone but for an hour. */
const LENGTH_MS = 7 * DAY_MS;

/** A week for the people who bill. */
export interface Digest {
  readonly week: Range;
  /** The start of the time that could be counted and read. */
  readonly from: number;
  /** The time since then without any counts, in ms; 0 where it is short. */
  readonly uncountedMs: number;
  readonly isPartial: boolean;
  readonly settled: number;
  readonly lost: number;
  /** Events that were lost earlier and were metered in this week. */
  readonly healed: number;
  /** Events that were lost in the week before; left out where not all of it was counted and read. */
  readonly lostBefore?: number | undefined;
  /** Lost events that belong to no incident. */
  readonly unnoticed: number;
  /** All accounts that lost events, those with the greatest loss first. */
  readonly accounts: readonly LossOfWeek[];
  /** An estimate, of the accounts whose average is known; left out where nobody wants it. */
  readonly worth: Worth | undefined;
  readonly incidents: number;
  /** Of each of them, the one with the latest beginning last. */
  readonly causes: readonly CauseOfWeek[];
  readonly open: readonly Incident[];
  /** Accounts that are not known to be mended, although the incident has ended. */
  readonly unproven: readonly string[];
  /**
   * When the first pricing cycle of an account with a loss closes, epoch ms; left out where it is
   * not known.
   */
  readonly cycleEnd?: number | undefined;
  readonly fresh: FreshNames | undefined;
  /** Accounts that sent events on most days, and none since. */
  readonly stopped: readonly string[];
}

interface CauseOfWeek {
  /** An account, or the subject of the rule. */
  readonly whose: string;
  readonly otherAccounts: number;
  /** `undefined`: not known. */
  readonly why: string | undefined;
  /** The events that it lost in the week, as far as its accounts show it. */
  readonly lost: number;
}

interface LossOfWeek {
  readonly name: string;
  readonly lost: number;
  readonly unnoticed: number;
  /** When it lost events last, epoch ms. */
  readonly lastLoss: number;
}

/**
 * @param incidents that were open in the week or are still
 * @param showsWorth whether people read the worth of lost events
 */
export function digestOf(
  sums: WeekSums,
  incidents: readonly Incident[],
  showsWorth = true,
): Digest {
  const { week, from, settled, lost, healed } = sums;
  const unnoticed = Math.min(sums.unnoticed, lost);
  const accounts = [...sums.accounts]
    .filter(([, account]) => account.lost > 0)
    .map(([name, { lost: own, unnoticed: ownUnnoticed, lastLoss }]) => ({
      name,
      lost: own,
      unnoticed: ownUnnoticed,
      lastLoss,
    }))
    .sort((a, b) => b.lost - a.lost || (a.name < b.name ? -1 : 1));
  const losses = incidents.filter(({ nature }) => nature === 'loss');
  return {
    ...{ week, from, settled, lost, healed, unnoticed, accounts },
    lostBefore: lostBeforeIn(sums),
    uncountedMs: longEnough(week.end - from - sums.coveredMs),
    isPartial: sums.isPartial || longEnough(week.end - week.start - sums.coveredMs) > 0,
    worth: showsWorth ? worthIn(losses, accounts) : undefined,
    incidents: losses.length,
    causes: losses.map((one) => causeOf(one, sums)),
    open: losses.filter(({ end }) => !end),
    unproven: [...new Set(losses.flatMap((one) => unprovenIn(one, sums)))],
    cycleEnd: minimum(losses.flatMap(({ cycleEnd = 0 }) => (cycleEnd > week.end ? cycleEnd : []))),
    fresh: freshIn(sums),
    stopped: silentIn(sums),
  };
}

function causeOf(incident: Incident, sums: WeekSums): CauseOfWeek {
  const { accounts, subject, why } = incident;
  return {
    whose: accounts[0]?.name ?? subject,
    otherAccounts: Math.max(0, accounts.length - 1),
    why: why?.[0]?.why,
    lost: partsOf(incident).reduce((sum, part) => sum + lostInWeek(part, sums), 0),
  };
}

/** A loss that began before the week is not more than its account lost in the week. */
function lostInWeek(part: Part, { accounts, lost }: WeekSums): number {
  const most = 'name' in part ? (accounts.get(part.name)?.lost ?? 0) : lost;
  return Math.min(part.facts.lost, most);
}

function unprovenIn({ end, accounts, subject }: Incident, sums: WeekSums): string[] {
  if (!end) return [];
  const names = accounts.filter(({ endedAt }) => endedAt === undefined).map(({ name }) => name);
  if (names.length === 0 && end.kind === 'closed') return [subject];
  return names.filter((name) => !isCleanLater(sums, name));
}

/** It sent events on a later day than that of its last loss. */
function isCleanLater({ week, accounts }: WeekSums, name: string): boolean {
  const sums = accounts.get(name);
  if (!sums) return false;
  return Math.max(...sums.days) > Math.floor((sums.lastLoss - 1 - week.start) / DAY_MS);
}

function minimum(times: readonly number[]): number | undefined {
  return times.length > 0 ? Math.min(...times) : undefined;
}

function lostBeforeIn({ weekBefore }: WeekSums): number | undefined {
  const { lost, coveredMs, isPartial } = weekBefore;
  const isWhole = !isPartial && longEnough(LENGTH_MS - coveredMs) === 0;
  return isWhole ? lost : undefined;
}

/** By the newest average of each account that an incident knows. */
function worthIn(
  incidents: readonly Incident[],
  accounts: readonly LossOfWeek[],
): Worth | undefined {
  const averages = new Map(
    incidents.flatMap((incident) =>
      incident.accounts.map(({ name, perEvent }) => [name, perEvent] as const),
    ),
  );
  const known = accounts.flatMap(({ name, lost }) => {
    const perEvent = averages.get(name);
    return perEvent ? lost * perEvent : [];
  });
  const amount = known.reduce((sum, one) => sum + one, 0);
  return amount > 0 ? { amount, accounts: known.length, of: accounts.length } : undefined;
}
