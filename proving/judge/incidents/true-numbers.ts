import type { PublishedAccount } from '../../history.ts';
import { BUCKET, MINUTE } from '../../world/scenario.ts';
import { broken, minuteText, type Violation } from '../complaint.ts';
import { overlaps } from '../span.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isEnd, timeOf } from './incidents-per-channel.ts';
import type { Told } from './message-with-run.ts';
import { isLoss, isPlainTime } from './true-losses.ts';
import { mayMissLosses } from './unknown-losses.ts';

/** How long before its onset an account may not have lost a tenth of its loss. */
const BEFORE = 30 * MINUTE;
const TENTH = 0.1;
/** Less than this is a stray event, and no onset. */
const LEAST = 5;
const SHARE = 0.05;

/** Onsets and losses of named accounts that are not those of the truth. */
export function untrueNumbers(known: Known): Violation[] {
  return [...known.told.values()].flatMap((told) =>
    told.flatMap((one) => {
      const { subject, kind, accounts } = one.message;
      if (subject === null || !isLoss(subject) || kind === 'test') return [];
      const named = accounts.filter((account) => isKnown(known, one, account));
      const isFirstEnd = kind === 'resolved' && !wasReopened(told, one);
      return named.flatMap((account) => {
        const onset = onsetProblem(known, one, account);
        const lost = isFirstEnd ? lostProblem(known, one, account) : undefined;
        const text = `${subject} (${one.message.incidentId}), ${account.name}:`;
        return [
          ...(onset ? [violationAt(one.time, broken('onset-true', `${text} ${onset}`))] : []),
          ...(lost ? [violationAt(one.time, broken('lost-true', `${text} ${lost}`))] : []),
        ];
      });
    }),
  );
}

/** Since some time before the onset everything was counted when it came, and by one source. */
function isKnown(
  { runs, scenario }: Known,
  { time, at }: Told,
  { name, onset }: PublishedAccount,
): boolean {
  if (name === '' || mayMissLosses(scenario.settings, name)) return false;
  const from = timeOf(onset) - BEFORE - 2 * BUCKET;
  const first = runs.firstWatermark ?? Number.POSITIVE_INFINITY;
  return (
    from >= first &&
    runs.isQuiet('', from, time) &&
    isPlainTime(scenario, from, time) &&
    !runs.uncertain.touch({ start: from, end: at }, false)
  );
}

function wasReopened(told: readonly Told[], { message, time }: Told): boolean {
  return told.some(
    (one) =>
      one.message.incidentId === message.incidentId &&
      one.message.kind === 'resolved' &&
      one.time < time,
  );
}

function onsetProblem(known: Known, one: Told, account: PublishedAccount): string | undefined {
  const { losses, runs, traffic } = known;
  const subject = one.message.subject ?? '';
  const onset = timeOf(account.onset);
  const piece = runs.pieceAt(onset);
  const first = { start: onset - BUCKET, end: piece.end + BUCKET };
  const own = losses.of(subject).filter((loss) => loss.account === account.name);
  if (!own.some((loss) => overlaps(losses.spanOf(loss), first))) {
    return `it lost nothing at its onset, ${minuteText(onset)}`;
  }
  // An earlier end may have counted the losses before it.
  const endedAt = lastEndBefore(known.told, one);
  const end = piece.start - BUCKET;
  const before = { start: Math.max(end - BEFORE, endedAt), end };
  const early = losses
    .certainIn(subject, before, one.run.source ?? 'metrics', true)
    .filter((loss) => loss.account === account.name).length;
  if (isAtWindowStart(known, one, account)) return undefined;
  const sent = traffic.createdIn(account.name, before);
  const all = early + account.lost / known.scenario.weight;
  const isLate = early >= LEAST && early >= SHARE * sent && early > TENTH * all;
  return isLate ? `it lost ${early} events before its onset, ${minuteText(onset)}` : undefined;
}

/** The onset is the start of the window in which the account was first named: nothing older may be known. */
function isAtWindowStart({ told, runs }: Known, one: Told, account: PublishedAccount): boolean {
  const first = told
    .get(one.channel)
    ?.find(
      ({ message }) =>
        message.incidentId === one.message.incidentId &&
        message.accounts.some(
          ({ name, onset }) => name === account.name && onset === account.onset,
        ),
    );
  const window = first?.message.window;
  if (!window) return false;
  return timeOf(account.onset) < runs.pieceAt(timeOf(window.start)).end + BUCKET;
}

/** When people were last notified of an end of the subject. */
function lastEndBefore(told: Known['told'], { message, time }: Told): number {
  const ends = [...told.values()]
    .flat()
    .filter((one) => isEnd(one) && one.message.subject === message.subject && one.time < time);
  return Math.max(Number.NEGATIVE_INFINITY, ...ends.map((one) => one.time));
}

/** Between its onset and its end, as far as the source can know the bucket of each event. */
function lostProblem(known: Known, one: Told, account: PublishedAccount): string | undefined {
  const { losses, runs, scenario } = known;
  const subject = one.message.subject ?? '';
  if (account.end === null) return undefined;
  const [onset, end] = [timeOf(account.onset), timeOf(account.end)];
  // Stray events between its end and that of the incident may be counted, too.
  const wide = { start: runs.pieceAt(onset).start - BUCKET, end: one.time };
  const source = one.run.source ?? 'metrics';
  const own = losses.of(subject).filter((loss) => loss.account === account.name);
  const most = own.filter((loss) => overlaps(losses.spanOf(loss), wide)).length;
  const least = own.filter((loss) => losses.isInside(loss, { start: onset, end }, source)).length;
  const { weight } = scenario;
  if (account.lost >= least * weight && account.lost <= most * weight) return undefined;
  return `it lost ${account.lost} events, and it must be ${least * weight} to ${most * weight}`;
}
