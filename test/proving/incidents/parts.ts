import type { PublishedAccount, PublishedMessage } from '../../../proving/history.ts';
import { type Fault, MINUTE } from '../../../proving/world/scenario.ts';
import type { MadeSilence, SilenceScope } from '../../../proving/world/silencing.ts';
import type { TrueEvent } from '../../../proving/world/true-event.ts';

/** Runs every five minutes, from here on. */
export const START = Date.UTC(2026, 2, 3, 6);
/** A time of the world, in minutes after its start. */
export const minute = (minutes: number) => START + minutes * MINUTE;
const iso = (minutes: number) => new Date(minute(minutes)).toISOString();

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_NO_MATCHING_METERS';

/** Events of an account, one every so many seconds. Times are minutes of the world. */
export interface Sending {
  readonly account: string;
  readonly from?: number;
  readonly to?: number;
  readonly everySeconds?: number;
  /** From when to when its events are lost. */
  readonly lost?: readonly (readonly [from: number, to: number])[];
  /** Only one event in so many is lost. @default 1 */
  readonly oneIn?: number;
  /** All lost events but one in so many are reverted two hours later. @default none is reverted */
  readonly keptOneIn?: number;
}

export function eventsOf(sending: Sending, hours: number): TrueEvent[] {
  const {
    account,
    from = -120,
    to = hours * 60,
    everySeconds = 10,
    lost = [],
    oneIn = 1,
    keptOneIn = 1,
  } = sending;
  const events: TrueEvent[] = [];
  for (let at = minute(from) + 1_000; at < minute(to); at += everySeconds * 1_000) {
    const count = Math.round((at - minute(from)) / (everySeconds * 1_000));
    const isIn = lost.some(([since, until]) => at >= minute(since) && at < minute(until));
    const isLost = isIn && count % oneIn === 0;
    const isReverted = isLost && count % keptOneIn !== 0;
    const first = { from: at, status: isLost ? LOST : METERED };
    const reverted = { from: at + 120 * MINUTE, status: 'REVERTED' };
    events.push({
      referenceId: `ref-${account}-${at}`,
      id: `evt-${account}-${at}`,
      createdAt: at,
      timestamp: at,
      account,
      schema: 'api_call',
      visibleAt: at,
      statuses: isReverted ? [first, reverted] : [first],
    });
  }
  return events;
}

/** An account in a message, lost from one minute of the world to another. */
export function losing(
  name: string,
  lost: number,
  from: number,
  to?: number,
  stopped?: number,
): PublishedAccount {
  return {
    name,
    lost,
    total: null,
    onset: iso(from),
    end: to === undefined ? null : iso(to),
    stopped: stopped === undefined ? null : iso(stopped),
  };
}

/** A message of the run at a minute of the world. */
export function message(
  at: number,
  kind: PublishedMessage['kind'],
  sequence: number,
  accounts: readonly PublishedAccount[] = [],
  others: Partial<PublishedMessage> & { readonly incident?: string } = {},
): Published {
  const { incident = 'one', ...rest } = others;
  const isEnd = kind === 'resolved' || kind === 'closed';
  const content: PublishedMessage = {
    kind,
    id: `${incident}-${sequence}-${kind}`,
    incidentId: incident,
    sequence,
    at: iso(at),
    severity: 'warning',
    subject: 'unmetered',
    threshold: 'unmetered >= 10',
    value: 10,
    limit: 10,
    unit: 'events',
    window: { start: iso(at - 60), end: iso(at) },
    accounts,
    moreAccounts: 0,
    othersLost: 0,
    onset: accounts[0]?.onset ?? iso(at - 5),
    endedAt: isEnd ? (accounts.at(-1)?.end ?? iso(at - 15)) : null,
    lost: accounts.reduce((sum, { lost }) => sum + lost, 0),
    total: null,
    ...rest,
  };
  return { at, content };
}

export interface Published {
  readonly at: number;
  readonly content: PublishedMessage;
  readonly channel?: string;
  /** @default true */
  readonly seen?: boolean;
}

/** A fault of the whole world from one minute to another. */
export function fault(from: number, to: number, kind: object): Fault {
  return { id: `fault-${from}`, from: minute(from), to: minute(to), ...kind } as Fault;
}

/** A silence from one minute of the world to another, where people end it earlier or it expires. */
export function silence(
  from: number,
  to: number,
  scope: SilenceScope,
  endedAt?: number,
): MadeSilence {
  const madeAt = minute(from) + 10_000;
  const made = { id: 's-1', scope, madeAt, from: madeAt, until: minute(to) + 10_000 };
  return endedAt === undefined ? made : { ...made, endedAt: minute(endedAt) + 10_000 };
}

/** The notice of a silence, of the run at a minute of the world. */
export function silenceNotice(
  at: number,
  { id, from, until }: MadeSilence,
  stage: 'made' | 'over',
): Published {
  const window = { start: new Date(from).toISOString(), end: new Date(until).toISOString() };
  const nothing = { incidentId: null, subject: null, threshold: null, onset: null };
  return message(at, 'notice', 1, [], {
    ...nothing,
    id: `${id}-${stage}`,
    topic: 'silence',
    window,
  });
}
