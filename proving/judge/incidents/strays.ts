import { BUCKET, MINUTE } from '../../world/scenario.ts';
import type { Span } from '../span.ts';
import type { Known } from './finished-world.ts';
import type { Told } from './message-with-run.ts';
import type { Loss } from './true-losses.ts';

/** A smaller share of an account's events are strays, if they are few for it. */
const STRAY_SHARE = 0.05;
/**
 * So many lost events in a window name an account without a doubt, and so many of its own or of all lost ones. Five may lie in two
 * windows.
 */
const NAMED_FROM = 10;
const NAMED_SHARE = 0.05;
const NAMED_PART = 0.1;

type Account = Told['message']['accounts'][number];

/** Losses that were counted beyond doubt. */
interface Counted {
  readonly own: readonly Loss[];
  /** Those of every account whose name is asked for. */
  readonly named: readonly Loss[];
}

/**
 * The losses of an account but strays at their end: a few of very many events. An account that people were told is mended stays so,
 * until it loses as many in a window as name one.
 */
export function withoutStrays(
  known: Known,
  one: Told,
  account: Account,
  { own: losses, named }: Counted,
  end: number,
): readonly Loss[] {
  const { name, end: endedAt, lost, total } = account;
  const mendedAt = endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(endedAt) + BUCKET;
  const toldAt = mendedToldAt(known, one, name);
  const left = leftAt(known, one, account);
  const isLater = ({ event }: Loss) =>
    event.createdAt >= Math.max(mendedAt, toldAt) && event.createdAt < left;
  // Losses of other accounts stay part of the sum that it is a part of.
  const later = named.filter((loss) => loss.account !== name || isLater(loss));
  const before = losses.filter(({ event }) => event.createdAt < mendedAt);
  const namedAt = namedAgainAt(known, name, later);
  const isMended = Number.isFinite(toldAt) && namedAt === undefined;
  const own = isMended ? before : losses.filter(({ event }) => event.createdAt < left);
  const sorted = own.toSorted((a, b) => a.event.createdAt - b.event.createdAt);
  const first = sorted[0]?.event.createdAt ?? end;
  const sentBefore = known.traffic.createdIn(name, { start: first, end: Math.min(mendedAt, end) });
  const share = lost / Math.max(1, total ?? lost);
  const usual = Math.max(share, before.length / Math.max(1, sentBefore));
  const few = Math.min(STRAY_SHARE, usual / 5);
  const firstStray = sorted.findIndex(({ event }, index) => {
    const sent = known.traffic.createdIn(name, { start: event.createdAt, end });
    const isFew = sorted.length - index < few * sent;
    return isFew && event.createdAt > (namedAt ?? Number.NEGATIVE_INFINITY);
  });
  return firstStray < 0 ? sorted : sorted.slice(0, firstStray);
}

/** Since when, before a message, people have been told that an account of its incident is mended. A pager is not told of that. */
function mendedToldAt({ told }: Known, { message, time }: Told, name: string): number {
  let since = Number.POSITIVE_INFINITY;
  const all = [...told.values()].flat().sort((a, b) => a.time - b.time);
  for (const one of all) {
    if (one.time >= time || one.message.incidentId !== message.incidentId) continue;
    const account = one.message.accounts.find((each) => each.name === name);
    if (account?.end === null) since = Number.POSITIVE_INFINITY;
    else if (account) since = Math.min(since, one.time);
  }
  return since;
}

/** When an account that is mended here began to lose events as an account of another incident, as messages say it. */
function leftAt({ told }: Known, { message }: Told, { name, end }: Account): number {
  const others = [...told.values()]
    .flat()
    .map((one) => one.message)
    .filter(
      ({ subject, incidentId }) => subject === message.subject && incidentId !== message.incidentId,
    );
  const onsets = others
    .flatMap(({ accounts }) => accounts)
    .filter((account) => account.name === name)
    .map(({ onset }) => Date.parse(onset))
    .filter((onset) => end !== null && onset >= Date.parse(end));
  return Math.min(Number.POSITIVE_INFINITY, ...onsets);
}

/** When an account had lost enough in a window to be named, the last time: epoch ms. */
function namedAgainAt(
  { traffic, scenario: { settings, weight } }: Known,
  name: string,
  all: readonly Loss[],
): number | undefined {
  const own = all.filter(({ account }) => account === name);
  const last = own.findLast(({ event }) => {
    const end = event.createdAt + 1;
    const span = { start: end - settings.windowMinutes * MINUTE, end };
    const lost = createdIn(own, span);
    const isMany = lost * weight >= NAMED_FROM;
    const isOfOwn = lost >= NAMED_SHARE * traffic.createdIn(name, span);
    return isMany && (isOfOwn || lost >= NAMED_PART * createdIn(all, span));
  });
  return last?.event.createdAt;
}

function createdIn(losses: readonly Loss[], { start, end }: Span): number {
  return losses.filter(({ event }) => event.createdAt >= start && event.createdAt < end).length;
}
