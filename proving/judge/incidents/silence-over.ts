import { BUCKET } from '../../world/scenario.ts';
import type { MadeSilence } from '../../world/silencing.ts';
import { broken, type Violation } from '../complaint.ts';
import { type Evaluated, evaluatedRuns } from './evaluated.ts';
import { type Known, violationAt } from './finished-world.ts';
import { isHeardBreach } from './heard-breach.ts';
import { isNamedIn, losingIn, openOf, type Shown } from './incidents-per-channel.ts';
import { type Channel, isForPeople } from './is-for-people.ts';
import { overFrom, spanOfRun } from './silences.ts';

const CALM = 3 * BUCKET;
/** So many lost events, and such a share of an account's own, are no strays. */
const LEAST = 5;
const SHARE = 0.1;

/**
 * Incidents that people know and that go on after a silence, without a message in the first run
 * after it.
 */
export function goesOnUntold(known: Known): Violation[] {
  return [...known.told].flatMap(([channel, told]) => {
    // A pager has no reminders.
    if (!isForPeople(channel)) return [];
    const evaluated = evaluatedRuns(known, channel, told);
    return known.silences.made.flatMap((silence) => {
      const one = evaluated.find(({ run }) => spanOfRun(run).start > overFrom(silence));
      return one ? untoldAt(known, channel, silence, one) : [];
    });
  });
}

function untoldAt(
  known: Known,
  channel: Channel,
  silence: MadeSilence,
  one: Evaluated,
): Violation[] {
  const { scope } = silence;
  const subjects = new Set([...one.before.values()].map(({ subject }) => subject));
  const isAbout = (subject: string) =>
    'all' in scope || 'account' in scope || ('subject' in scope && scope.subject === subject);
  return [...subjects].filter(isAbout).flatMap((subject) => {
    const problem = openOf(one.before, subject)
      .map((shown) => problemOf(known, silence, one, shown))
      .find(Boolean);
    if (!problem) return [];
    const text = `${subject} ${problem}, ${silence.id} is over, and ${channel} was not told`;
    return [violationAt(one.run.endedAt, broken('silence-over', text))];
  });
}

function problemOf(
  known: Known,
  silence: MadeSilence,
  one: Evaluated,
  shown: Shown,
): string | undefined {
  const { silences } = known;
  const { scope } = silence;
  const { id, subject } = shown;
  const span = spanOfRun(one.run);
  if (silences.mayBeSilenced(subject, span) || silences.mayBeAcknowledged(id, span)) {
    return undefined;
  }
  const silenced = silences.possibleIn(span);
  const heard = losingIn(shown).filter(({ name }) => !silenced.has(name));
  // Nobody is notified where the accounts that are not silenced breach no threshold.
  const names = new Set(heard.map(({ name }) => name));
  if (silenced.size > 0 && !isHeardBreach(known, one, subject, names)) return undefined;
  const since = overFrom(silence) - 2 * BUCKET;
  const newer = [...one.after.values()].filter(({ last }) => last.time > since);
  if (newer.some((each) => each.id === id)) return undefined;
  const account = heard.find(
    ({ name }) =>
      (!('account' in scope) || scope.account === name) &&
      !newer.some((each) => each.subject === subject && isNamedIn(each, name)) &&
      isLosing(known, one, subject, name),
  );
  return account && `(${id}) goes on for ${account.name}`;
}

/** It loses events in the newest bucket, and has lost so many in the last three that it is not mended. */
function isLosing(
  { losses, traffic }: Known,
  { window: { end }, source }: Evaluated,
  subject: string,
  name: string,
): boolean {
  const isMany = (length: number, least: number) => {
    // A bucket more, because an event just before a look may have been in the look before.
    const start = end - length - (source === 'listing' ? 0 : BUCKET);
    const lost = losses
      .certainIn(subject, { start, end }, source, true)
      .filter(({ account }) => account === name).length;
    return lost >= least && lost >= SHARE * traffic.createdIn(name, { start, end });
  };
  return isMany(CALM, LEAST) && isMany(BUCKET, 2);
}
