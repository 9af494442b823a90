import {
  advanceIncidents,
  type Evaluated,
} from '../../functions/monitor/incidents/advance-incidents.ts';
import type { Incident, IncidentKind } from '../../functions/monitor/incidents/incident.ts';
import {
  isTold,
  needsNotification,
  notifiedOf,
} from '../../functions/monitor/incidents/needs-notification.ts';
import { rulesBySubject } from '../../functions/monitor/incidents/rules-of-incident.ts';
import { isKept } from '../../functions/monitor/incidents/which-incidents-to-keep.ts';
import type { Severity, Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { lossOf } from './loss-of.ts';
import type { PiecesOfHistory } from './pieces-of-history.ts';

/** The channel that stands for people. */
const PEOPLE = { name: 'people' };

/** The counts leave out events that were ignored at their time. Nothing else is ignored. */
const NOTHING_IGNORED = { accounts: new Set<string>(), schemas: new Set<string>() };

/** A notification that people would have got. */
export interface ReplayedNotification {
  /** Epoch ms. */
  readonly at: number;
  readonly incidentId: string;
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly subject: string;
}

export interface ReplayedIncident {
  /** As it was when it was forgotten, or at the end of the history. */
  readonly incident: Incident;
  readonly lost: number;
  /** Settled events of the accounts that lost them; 0 where it is not known. */
  readonly total: number;
}

export interface Replayed {
  readonly incidents: readonly ReplayedIncident[];
  readonly notifications: readonly ReplayedNotification[];
}

export interface PlayOptions {
  readonly minimumEvents: number;
  readonly repeatMs: number;
}

/** Runs of the function with the rules of one subject, beginning where nothing is known of earlier ones. */
export class Play {
  readonly #pieces: PiecesOfHistory;
  readonly #rules: readonly Threshold[];
  readonly #options: PlayOptions;
  readonly #notifications: ReplayedNotification[] = [];
  readonly #ended: ReplayedIncident[] = [];
  #known: Evaluated = { alerts: [], incidents: [], rules: undefined };
  /** The number of the newest piece that was evaluated. */
  #newest = -1;

  constructor(pieces: PiecesOfHistory, rules: readonly Threshold[], options: PlayOptions) {
    this.#pieces = pieces;
    this.#rules = rules;
    this.#options = options;
  }

  /** Whether the next run changes something although nothing is breached. */
  get isBusy(): boolean {
    const { alerts, incidents } = this.#known;
    // An incident that has ended still adds up the rest of its window.
    const windowStart = this.#evaluatedTo - this.#pieces.history.windowMs;
    return (
      alerts.length > 0 ||
      incidents.some((one) => !isTold(one, [PEOPLE]) || (one.end?.seenAt ?? 0) > windowStart)
    );
  }

  get #evaluatedTo(): number {
    return this.#pieces.history.ends[this.#newest] ?? 0;
  }

  /** Whether a run after this window end would find nothing of the earlier ones. @param end epoch ms */
  isForgottenAt(end: number): boolean {
    const { alerts, incidents } = this.#known;
    return alerts.length === 0 && !incidents.some((one) => this.#isNeeded(one, end));
  }

  #isNeeded(incident: Incident, end: number): boolean {
    return isKept(incident, end, this.#pieces.history.windowMs, [PEOPLE]);
  }

  /** @param index of the newest piece @param first of the oldest one that this run evaluates */
  run(index: number, first: number): void {
    const { history } = this.#pieces;
    const { windowMs } = history;
    const before = history.ends[first - 1];
    if (before !== undefined) this.#forget(before);
    const end = history.ends[index] ?? 0;
    const { minimumEvents } = this.#options;
    this.#known = advanceIncidents({
      ...this.#known,
      evaluatedTo: before,
      watermark: end,
      counted: this.#pieces.knownAt(index, namesIn(this.#known.incidents)),
      windowMs,
      options: { thresholds: this.#rules, minimumEvents, ignoreLists: NOTHING_IGNORED },
    });
    this.#newest = index;
    this.#notify(history.notes[index]?.notifiedAt ?? end);
    this.#forget(end);
  }

  finish(): Replayed {
    for (const incident of this.#known.incidents) this.#end(incident);
    return { incidents: this.#ended, notifications: this.#notifications };
  }

  #notify(at: number): void {
    const { repeatMs } = this.#options;
    const incidents = this.#known.incidents.map((incident) => {
      const last = incident.notified[PEOPLE.name];
      const need = needsNotification(incident, last, at, { repeatMs });
      if (!need) return incident;
      const { id: incidentId, subject, severity } = incident;
      this.#notifications.push({ at, incidentId, kind: need.kind, severity, subject });
      return {
        ...incident,
        notified: { [PEOPLE.name]: notifiedOf(incident, last, need.kind, at) },
      };
    });
    this.#known = { ...this.#known, incidents };
  }

  #forget(end: number): void {
    const { incidents } = this.#known;
    const kept = incidents.filter((one) => this.#isNeeded(one, end));
    for (const incident of incidents) if (!kept.includes(incident)) this.#end(incident);
    this.#known = { ...this.#known, incidents: kept };
  }

  #end(incident: Incident): void {
    const until = incident.end?.seenAt ?? this.#evaluatedTo;
    const others = this.#known.incidents;
    const counted = this.#pieces.knownAt(this.#newest, namesIn([...others, incident]));
    const [rules] = rulesBySubject(this.#rules);
    const loss = rules
      ? lossOf(incident, { others, counted, until, rules })
      : { lost: 0, total: 0 };
    this.#ended.push({ incident, ...loss });
  }
}

/** Of accounts that incidents are about all events count, also after their end. */
function namesIn(incidents: readonly Incident[]): Set<string> {
  return new Set(incidents.flatMap(({ accounts }) => accounts.map(({ name }) => name)));
}
