import { BUCKET, HOUR } from '../../world/scenario.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { PROOF } from './could-be-mended.ts';
import { type Known, violationAt } from './finished-world.ts';
import type { Told } from './message-with-run.ts';
import { type Evidence, learntProblem, lossProblem } from './still-losing.ts';
import { withoutStrays } from './strays.ts';
import { isLoss, type Loss } from './true-losses.ts';

const CALM = 3 * BUCKET;

/** Messages about an end that contradict the truth. */
export function endsTooEarly(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) =>
    told.flatMap((one) => {
      const { kind, subject, incidentId } = one.message;
      if (kind !== 'resolved' || subject === null || !isLoss(subject)) return [];
      // The end may have been found while the channel could not be reached.
      const problems = endsSince(known, channel, one).map((end) => problemAt(known, one, end));
      const [newest] = problems.slice(-1);
      if (newest === undefined || problems.includes(undefined)) return [];
      const text = `${subject} (${incidentId}) is resolved, and ${newest}`;
      return [violationAt(one.time, broken('not-ended-early', text))];
    }),
  );
}

/** The evaluated ends since the last run that would have notified the end, oldest first. */
function endsSince({ runs }: Known, channel: string, { time, run }: Told): number[] {
  const earlier = runs.ended.filter(({ endedAt }) => endedAt < time);
  const clear = earlier.findLastIndex((each) => runs.isClear(each, channel));
  const ends = earlier.slice(clear + 1).flatMap(({ watermark }) => watermark ?? []);
  const own = run.watermark ?? earlier.findLast(({ watermark }) => watermark)?.watermark;
  const last = own ?? run.at;
  // After an outage, and where runs are rare, all ends since the last one are evaluated.
  const first = run.before ?? ends[0] ?? last;
  const all = new Set([...ends, last]);
  for (let end = Math.min(first, last) + BUCKET; end < last; end += BUCKET) all.add(end);
  return [...all].sort((a, b) => a - b);
}

function problemAt(known: Known, one: Told, end: number): string | undefined {
  const { runs, losses } = known;
  const subject = one.message.subject ?? '';
  const calm = { start: end - CALM, end };
  if (!runs.isCounted(calm)) return `not all was counted up to ${minuteText(end)}`;
  const source = one.run.source ?? 'metrics';
  const day = { start: end - 26 * HOUR, end };
  const certain = losses.certainIn(subject, day, source, false);
  const withNames = losses.certainIn(subject, day, source, true);
  const named = one.message.accounts.filter(({ stopped, name }) => stopped === null && name !== '');
  for (const account of named) {
    const { name, onset, lost, total } = account;
    const evidenceOf = (all: readonly Loss[]): Evidence => {
      const counted = { own: all.filter((loss) => loss.account === name), named: withNames };
      const own = withoutStrays(known, one, account, counted, end);
      return { subject, name, onset: Date.parse(onset), lost, end, own };
    };
    const evidence = evidenceOf(certain);
    const proof = { everLost: losses.of(subject), now: one.time, total };
    const problem =
      lossProblem(known, evidence, source) ??
      learntProblem(known, evidence) ??
      // Few losses of hours ago have no name: nobody can tell that they are of this account.
      proofProblem(known, evidenceOf(withNames), proof);
    if (problem) return problem;
  }
  return undefined;
}

interface Proof {
  /** All losses of the subject, also of events whose status has changed since. */
  readonly everLost: readonly Loss[];
  readonly now: number;
  /** As the message says it. */
  readonly total: number | null;
}

/** Too few events of the account without loss, by each of its shares. */
function proofProblem(
  { runs, traffic, scenario: { weight } }: Known,
  { name, own, lost, onset, end }: Evidence,
  { everLost, now, total }: Proof,
): string | undefined {
  const last = Math.max(...own.map(({ event }) => event.createdAt));
  if (!Number.isFinite(last)) return undefined;
  const oneIn = (from: number) => {
    const isMeant = ({ event, account }: Loss) =>
      account === name && event.createdAt >= from && event.createdAt <= last;
    const sent = traffic.createdIn(name, { start: from, end: last + BUCKET });
    return sent / Math.max(1, everLost.filter(isMeant).length);
  };
  const share = Math.min(
    oneIn(onset),
    oneIn(last - 12 * BUCKET),
    total === null ? Number.POSITIVE_INFINITY : total / Math.max(1, lost),
  );
  const needed = PROOF * Math.max(1, share / 2);
  // A list counts by the time of creation, and Togai metrics by the time of settling.
  const since = { start: last - BUCKET, end: now };
  const lostSince = own.filter(({ event }) => event.createdAt >= since.start).length;
  const created = traffic.settledIn(name, since, now) - lostSince;
  const settled = traffic.settledDuring(name, since) - lostSince;
  // Where the source changes, an event that is under way may count twice.
  const twice = runs.changesOfSource
    .filter((at) => at > since.start && at <= end)
    .reduce((sum, at) => {
      return sum + traffic.createdIn(name, { start: at - 2 * BUCKET, end: at + BUCKET });
    }, 0);
  const proof = (Math.max(created, settled) + twice) * weight;
  if (proof >= needed) return undefined;
  return `${name} has sent ${proof} events since its last loss up to ${minuteText(end)}`;
}
