import { SupersededError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { LookRecord } from '../events/look-record.ts';
import { type Found, withFound } from '../incidents/add-looked-up-facts.ts';
import type { Incident, Notified } from '../incidents/incident.ts';
import { type NotifiedChannel, withoutToldFailures } from '../incidents/needs-notification.ts';
import type { Silence } from '../incidents/silence.ts';
import type { MonitorState } from '../monitor-state.ts';
import { NEW_STATE } from '../monitor-state.ts';
import { noticesAfter } from '../notifications/one-time-notice.ts';
import type { Clock, MonitorStore } from '../ports.ts';
import { failuresAfter, HeldIncidents, incidentsOf, withNotified } from './held-incidents.ts';
import { HeldRequests } from './held-requests.ts';
import { HeldSilences } from './held-silences.ts';
import { type LeaseRequest, takeLease } from './lease.ts';

interface SessionPorts {
  readonly store: MonitorStore;
  readonly clock: Clock;
  readonly channels: readonly NotifiedChannel[];
}

/**
 * A state that was removed by hand leaves buckets, looks and incidents with the numbers of its
 * runs. The numbers of the new state are greater.
 */
function firstState(now: number): MonitorState {
  return { ...NEW_STATE, runNumber: Math.floor(now / 1_000) };
}

/**
 * The state of the run that holds the lease, and the writes that only this run may do. Each write carries the run number. A
 * later run raises it, so the writes of a run that slept past its lease are refused.
 */
export class Session {
  readonly #store: MonitorStore;
  readonly #clock: Clock;
  readonly #scheduledTime: number;
  readonly #channels: readonly NotifiedChannel[];
  #state: MonitorState;
  /** The state of the last successful write. */
  #stored: MonitorState;
  readonly #incidents: HeldIncidents;
  readonly silences: HeldSilences;
  readonly requests: HeldRequests;
  /**
   * The last write has not succeeded. It may still be stored, because its answer may have been
   * lost.
   */
  #isWriteUnsure = false;

  private constructor(
    { store, clock, channels }: SessionPorts,
    state: MonitorState,
    scheduledTime: number,
    silences: readonly Silence[],
  ) {
    this.#channels = channels;
    this.#store = store;
    this.#incidents = new HeldIncidents(store);
    this.silences = new HeldSilences(store, silences);
    this.requests = new HeldRequests(this, clock);
    this.#clock = clock;
    this.#state = state;
    this.#stored = state;
    this.#scheduledTime = scheduledTime;
  }

  /**
   * Takes the lease.
   *
   * @param meanwhile called with the state while the lease is being written, to save time
   * @returns the session; or why this run has nothing to do, with the incidents for its report
   */
  static async begin(
    ports: SessionPorts,
    request: Omit<LeaseRequest, 'now' | 'unreadable'>,
    meanwhile: (state: MonitorState) => void,
  ): Promise<
    Session | { readonly idle: 'held' | 'late'; readonly incidents: readonly Incident[] }
  > {
    const { store, clock } = ports;
    const { state: before, silences } = await store.readStart();
    const state = takeLease(before ?? firstState(clock.now()), {
      ...request,
      now: clock.now(),
      unreadable: store.unreadable(),
    });
    if (typeof state === 'string')
      return { idle: state, incidents: await incidentsOf(store, before) };
    meanwhile(state);
    const written = await store.writeState(state, before?.runNumber);
    if (!written) return { idle: 'held', incidents: await incidentsOf(store, state) };
    return new Session(ports, state, request.scheduledTime, silences);
  }

  get state(): MonitorState {
    return this.#state;
  }

  /** Changes the state in memory only; {@link save} stores it. */
  change(next: (state: MonitorState) => MonitorState): void {
    this.#state = next(this.#state);
  }

  /** The incidents that are open, and those that ended in the last hours. */
  get incidents(): readonly Incident[] {
    return this.#incidents.all;
  }

  /** Reads the incidents. There is nothing to read where the state knows of none. */
  async readIncidents(): Promise<void> {
    await this.#incidents.read(this.#state, this.#clock.now());
  }

  /** Changes the incidents in memory only; {@link commit} stores them. */
  changeIncidents(incidents: readonly Incident[]): void {
    this.#incidents.all = incidents;
    this.#state = { ...this.#state, incidentIds: incidents.map(({ id }) => id) };
  }

  /**
   * Stores the decisions of this run: the incidents, and then the state that knows of them. From here on people will be notified
   * of them, even if this run dies.
   *
   * @param isLast nothing is left to be done, so this write gives the lease back too
   * @throws SupersededError where a later run has taken over
   */
  async commit(isLast: boolean): Promise<void> {
    await this.#saveIncidents();
    const committedAt = Math.max(
      this.#scheduledTime,
      this.#state.committedAt ?? this.#scheduledTime,
    );
    this.#state = { ...this.#state, committedAt };
    if (isLast) await this.end();
    else await this.save();
  }

  /**
   * Notes samples and reasons of an incident. They are stored with the next record. Where the
   * incident has become graver, they are stored at once: so a repeated message has the same id.
   *
   * @throws SupersededError where a later run has taken over
   */
  async noteFound(incidentId: string, found: Found): Promise<void> {
    const before = this.incidents.find(({ id }) => id === incidentId);
    if (!before) return;
    const after = withFound(before, found, this.#scheduledTime);
    this.#incidents.all = this.incidents.map((one) => (one === before ? after : one));
    if (before.severity !== after.severity) await this.#saveIncidents();
  }

  /** Stores that a channel was notified of an incident. @throws SupersededError where a later run has taken over */
  async recordNotified(incidentId: string, channel: string, notified: Notified): Promise<void> {
    const told = (incident: Incident) =>
      incident.id === incidentId ? withNotified(incident, channel, notified) : incident;
    this.#incidents.all = this.#incidents.all.map(told);
    await this.#saveIncidents();
    const failures = failuresAfter(this.#state, told);
    if (failures !== this.#state.failures) this.change((state) => ({ ...state, failures }));
    await this.save();
  }

  /** Stores that a channel has a notice. @throws SupersededError where a later run has taken over */
  async recordNotice(id: string, channel: string): Promise<void> {
    this.change((state) => ({
      ...state,
      notices: noticesAfter(state.notices, id, channel, this.#channels),
    }));
    await this.save();
  }

  async #saveIncidents(): Promise<void> {
    if (!this.#incidents.isChanged) return;
    this.ensureLease();
    if (await this.#incidents.save(this.#state.runNumber)) return;
    throw stopped('a later run has taken over');
  }

  /** Stores the state if it has changed. @throws SupersededError where a later run has taken over */
  async save(): Promise<void> {
    if (this.#state === this.#stored) return;
    const state = this.requests.withRetryAfter(this.#state);
    this.#state = state;
    this.#isWriteUnsure = true;
    if (!(await this.#store.writeState(state, state.runNumber))) {
      throw stopped('a later run has taken over');
    }
    this.#isWriteUnsure = false;
    this.#stored = state;
  }

  /**
   * Call before side effects that the store cannot refuse, such as a message.
   *
   * @throws SupersededError once the lease is over
   */
  ensureLease(): void {
    if (this.#clock.now() < this.#stored.leaseUntil) return;
    throw stopped('its lease is over and another run may have taken over');
  }

  /** @throws SupersededError once the lease is over, or where a later run has counted the bucket */
  async saveBucket(record: BucketRecord): Promise<void> {
    this.ensureLease();
    if (!(await this.#store.writeBucket(record))) {
      throw stopped('a later run has counted this bucket');
    }
  }

  /** @throws SupersededError once the lease is over, or where a later run has looked */
  async saveLook(record: LookRecord): Promise<void> {
    this.ensureLease();
    if (!(await this.#store.writeLook(record))) {
      throw stopped('a later run has looked at Togai metrics');
    }
  }

  /**
   * Gives the lease back for a run that was ordered to stop, and stores nothing else. A failure is ignored: the lease ends by
   * itself.
   */
  async abandon(): Promise<void> {
    // The unsure write may have stored decided messages. An older state must not replace them.
    if (this.#isWriteUnsure) return;
    this.#state = this.#givenBack(this.#stored);
    await this.save().catch(() => {});
  }

  /** Gives the lease back. @throws SupersededError where a later run has taken over */
  async end(): Promise<void> {
    this.#state = withoutToldFailures(this.#state, this.#channels);
    if (this.#state.leaseUntil !== 0) this.#state = this.#givenBack(this.#state);
    await this.save();
  }

  #givenBack(state: MonitorState): MonitorState {
    return { ...this.requests.withCoolDown(state), leaseUntil: 0 };
  }
}

function stopped(because: string): SupersededError {
  return new SupersededError(`this run stopped, because ${because}`);
}
