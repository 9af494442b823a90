import { DAY_MS, HOUR_MS } from '../timeline/time.ts';
import type { Incident } from './incident.ts';

/**
 * The incidents that nobody is notified of. A silence of one incident acknowledges it: it stops
 * reminders only.
 */
export type SilenceScope =
  | { readonly account: string }
  | { readonly subject: string }
  | { readonly incidentId: string }
  | { readonly all: true };

/** A silence: of whom, until when, by whom, and why. Times are epoch ms. */
export interface Silence {
  /** `s-7k2f` */
  readonly id: string;
  readonly scope: SilenceScope;
  readonly forMs: number;
  /** When it began, by the clock. Left out: it begins with the next run. Only a state file holds such silences. */
  readonly from?: number | undefined;
  /** As claimed. */
  readonly by: string;
  readonly comment?: string | undefined;
  /** A person has ended it early. */
  readonly ended?: { readonly at: number; readonly by: string } | undefined;
}

export const MAX_SILENCE_MS = 30 * DAY_MS;
/** A run may be late, so its time may be before a silence. One that begins later was made by a clock that is wrong. */
const MAX_AHEAD_MS = HOUR_MS;

/** When it ends, or has ended. Of one that has not begun: infinity. */
export function endOfSilence({ from, forMs, ended }: Silence): number {
  if (from === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(from + forMs, ended?.at ?? Number.POSITIVE_INFINITY);
}

/** @param now the time of the run, epoch ms */
export function isInForce(silence: Silence, now: number): boolean {
  const { from, ended } = silence;
  if (from === undefined || ended || from - now > MAX_AHEAD_MS) return false;
  return now < endOfSilence(silence);
}

/** The silences of an incident, and their effect. */
export interface SilencedPart {
  /** All of it. */
  readonly isWhole: boolean;
  readonly accounts: ReadonlySet<string>;
  /** The silences in force of it or of a part of it, and its acknowledgements. */
  readonly silences: readonly Silence[];
  /** Somebody deals with it and wants no reminders. */
  readonly acknowledgedBy: string | undefined;
  /** The newest end of a silence of it, or of a part of it; `undefined` if none has ended. */
  readonly silencedTo: number | undefined;
}

/**
 * The silenced part of an incident. The monitor's own failures can only be acknowledged: people who
 * silence everything must still hear that nothing is watched.
 *
 * @param isPart whether an account is part of the incident
 * @param now the time of the run, epoch ms
 */
export function silencedPart(
  incident: Incident,
  isPart: (account: string) => boolean,
  silences: readonly Silence[],
  now: number,
): SilencedPart {
  const own = silences.filter(({ scope }) => isAbout(scope, incident, isPart));
  const inForce = own.filter((silence) => isInForce(silence, now));
  const ends = own
    .filter(({ scope }) => !('incidentId' in scope))
    .map((silence) => {
      const end = endOfSilence(silence);
      // A person may have ended it at a time that runs of the past have not reached.
      return silence.ended ? Math.min(end, now) : end;
    });
  const over = ends.filter((end) => end <= now);
  return {
    isWhole: inForce.some(({ scope }) => 'all' in scope || 'subject' in scope),
    accounts: new Set(inForce.flatMap(({ scope }) => ('account' in scope ? scope.account : []))),
    silences: inForce,
    acknowledgedBy: inForce.find(({ scope }) => 'incidentId' in scope)?.by,
    silencedTo: over.length > 0 ? Math.max(...over) : undefined,
  };
}

function isAbout(
  scope: SilenceScope,
  { id, subject, nature }: Incident,
  isPart: (account: string) => boolean,
): boolean {
  if ('incidentId' in scope) return scope.incidentId === id;
  if (nature === 'failure') return false;
  if ('account' in scope) return isPart(scope.account);
  return 'all' in scope || scope.subject === subject;
}

/** The scope of a silence in words: `account acme`, `incident u-7k2f`. */
export function scopeText(scope: SilenceScope): string {
  if ('account' in scope) return `account ${scope.account}`;
  if ('subject' in scope) return `all that is ${scope.subject}`;
  return 'incidentId' in scope ? `incident ${scope.incidentId}` : 'everything';
}
