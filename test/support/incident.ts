import type {
  Incident,
  IncidentAccount,
  IncidentEnd,
  Notified,
} from '../../functions/monitor/incidents/incident.ts';
import { noFacts } from '../../functions/monitor/incidents/loss-facts.ts';
import { openIncident } from '../../functions/monitor/incidents/open-incident.ts';

const OPENED = Date.UTC(2026, 10, 18, 10, 5);

/** A time, in minutes since the incident opened. */
export const at = (minutes: number) => OPENED + minutes * 60_000;

export const account = (fields: Partial<IncidentAccount> = {}): IncidentAccount => ({
  name: 'acme',
  onset: at(-5),
  joinedAt: OPENED,
  facts: noFacts(at(-5)),
  ...fields,
});

/** A loss of acme that was seen five minutes after it began. */
export const incident = (fields: Partial<Incident> = {}): Incident => ({
  ...openIncident({
    subject: 'unmetered',
    nature: 'loss',
    onset: at(-5),
    end: OPENED,
    severity: 'warning',
    threshold: 'unmetered >= 10',
    worst: 10,
    accounts: [account()],
  }),
  ...fields,
});

/** The last notification of a channel: the incident opened. */
export const last = (fields: Partial<Notified> = {}): Notified => ({
  sequence: 1,
  kind: 'opened',
  severity: 'warning',
  at: OPENED,
  changedAt: OPENED,
  evaluatedTo: OPENED,
  ...fields,
});

/** An end, seen so many minutes after it opened. */
export const ended = (minutes: number, kind: IncidentEnd['kind'] = 'resolved'): IncidentEnd => ({
  kind,
  at: at(minutes - 15),
  seenAt: at(minutes),
  counted: [],
  ...(kind === 'closed' && { because: 'its rule was removed', isAsked: true }),
});
