import type { PublishedAccount, PublishedMessage } from '../../../proving/history.ts';
import { BUCKET } from '../../../proving/world/scenario.ts';

export const SUBJECT = 'unmetered';
const iso = (time: number) => new Date(time).toISOString();

export interface Account {
  readonly name: string;
  readonly onset: number;
  lost: number;
  total: number;
  lastEnd: number;
  end: number | null;
  stopped: number | null;
}

export interface Incident {
  readonly id: string;
  readonly accounts: Map<string, Account>;
  isOpen: boolean;
  sequence: number;
  longestPause: number;
  changedAt: number;
  remindedAt: number;
  endedAt: number;
  told: string;
  othersLost: number;
}

/** The next message of an incident, which remembers it. Limits and losses are of events as the world has them. */
export function nextMessage(
  incident: Incident,
  kind: PublishedMessage['kind'],
  at: number,
  window: { readonly start: number; readonly end: number },
  { limit, weight }: { readonly limit: number; readonly weight: number },
): PublishedMessage {
  incident.sequence++;
  incident.told = kind === 'resolved' ? '' : stateOf(incident);
  if (kind === 'changed') incident.changedAt = at;
  if (kind === 'opened' || kind === 'reminder') incident.remindedAt = at;
  const accounts = [...incident.accounts.values()].map(
    ({ name, lost, total, onset, end, stopped }): PublishedAccount => ({
      name,
      lost: lost * weight,
      total: total * weight,
      onset: iso(onset),
      end: end === null ? null : iso(end),
      stopped: stopped === null ? null : iso(stopped),
    }),
  );
  const ends = [...incident.accounts.values()].map(({ lastEnd }) => lastEnd);
  const lost = accounts.reduce((sum, one) => sum + one.lost, 0);
  return {
    kind,
    id: `${incident.id}-${incident.sequence}-${kind}`,
    incidentId: incident.id,
    sequence: incident.sequence,
    at: iso(at),
    severity: 'warning',
    subject: SUBJECT,
    threshold: 'unmetered',
    value: lost,
    limit: limit * weight,
    unit: 'events',
    window: { start: iso(window.start), end: iso(window.end) },
    accounts,
    moreAccounts: 0,
    othersLost: incident.othersLost,
    onset: accounts.map(({ onset }) => onset).sort()[0] ?? iso(window.start),
    endedAt: kind === 'resolved' ? iso(Math.max(window.start, ...ends)) : null,
    lost,
    total: null,
  };
}

export function newAccount(name: string, onset: number): Account {
  return { name, onset, lost: 0, total: 0, lastEnd: onset + BUCKET, end: null, stopped: null };
}

export function newIncident(id: string): Incident {
  return {
    id,
    accounts: new Map(),
    isOpen: true,
    sequence: 0,
    longestPause: 0,
    changedAt: Number.NEGATIVE_INFINITY,
    remindedAt: Number.NEGATIVE_INFINITY,
    endedAt: Number.NEGATIVE_INFINITY,
    told: '',
    othersLost: 0,
  };
}

/** The accounts with losses, and the mended ones, as text. */
export function stateOf({ accounts }: Incident): string {
  const texts = [...accounts.values()].map(
    ({ name, end, stopped }) => `${name} ${end !== null} ${stopped !== null}`,
  );
  return `${texts.join()};`;
}
