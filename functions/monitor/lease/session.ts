import { QUOTA_ADVICE, SupersededError, TogaiError } from '../errors.ts';
import type { BucketRecord } from '../events/bucket-record.ts';
import type { MonitorState } from '../monitor-state.ts';
import { NEW_STATE } from '../monitor-state.ts';
import type { Clock, ConnectedTogai, MonitorStore, RejectionLimiter } from '../ports.ts';
import type { Range } from '../timeline/time.ts';
import { formatDuration, isoTime, MINUTE_MS } from '../timeline/time.ts';
import { type LeaseRequest, takeLease } from './lease.ts';
import { maySend, mostUnderWay, noteRejection } from './rejection-limiter.ts';
import { retryAfterAt } from './retry-after.ts';

/** How long a run waits where Togai asked an earlier one to. */
const MAX_RETRY_AFTER_WAIT_MS = MINUTE_MS;

interface SessionPorts {
  readonly store: MonitorStore;
  readonly clock: Clock;
}

/** The state of a run that holds the lease, and the writes that only it may do. */
export class Session {
  readonly #store: MonitorStore;
  readonly #clock: Clock;
  readonly #at: number;
  #state: MonitorState;
  #stored: MonitorState;
  /** How long Togai is left in peace when this run has ended; 0 while it has not been asked. */
  #coolDownMs = 0;
  /** What Togai has asked of this run. */
  #asked: () => Range | undefined = () => undefined;
  #noting: Promise<void> = Promise.resolve();
  /** A write has begun and not succeeded; for all that is known it may be stored. */
  #isUnsure = false;

  private constructor({ store, clock }: SessionPorts, state: MonitorState, at: number) {
    this.#store = store;
    this.#clock = clock;
    this.#state = state;
    this.#stored = state;
    this.#at = at;
  }

  /** @param meanwhile given the state as it was read, while the lease is being written */
  static async begin(
    ports: SessionPorts,
    request: Omit<LeaseRequest, 'now'>,
    meanwhile: (state: MonitorState) => void,
  ): Promise<Session | { readonly idle: 'held' | 'late'; readonly state: MonitorState }> {
    const { store, clock } = ports;
    const before = await store.readState();
    const state = takeLease(before ?? NEW_STATE, { ...request, now: clock.now() });
    if (typeof state === 'string') return { idle: state, state: before ?? NEW_STATE };
    meanwhile(state);
    const written = await store.writeState(state, before?.runNumber);
    return written ? new Session(ports, state, request.scheduledTime) : { idle: 'held', state };
  }

  get state(): MonitorState {
    return this.#state;
  }

  change(next: (state: MonitorState) => MonitorState): void {
    this.#state = next(this.#state);
  }

  /** What was decided is stored; from here on it will be delivered, whatever becomes of this run. */
  async commit(): Promise<void> {
    const committedAt = Math.max(this.#at, this.#state.committedAt ?? this.#at);
    this.#state = { ...this.#state, committedAt };
    // With nothing to publish this is the last write, and gives the lease back as well.
    if (this.#state.outbox.length === 0) await this.end();
    else await this.save();
  }

  /** @throws SupersededError where a later run has taken over */
  async save(): Promise<void> {
    if (this.#state === this.#stored) return;
    const state = this.#withRetryAfter(this.#state);
    this.#state = state;
    this.#isUnsure = true;
    if (!(await this.#store.writeState(state, state.runNumber))) {
      throw new SupersededError('a later run has taken over');
    }
    this.#isUnsure = false;
    this.#stored = state;
  }

  /** To be asked before anything that cannot be refused later. @throws SupersededError */
  ensureLease(): void {
    if (this.#clock.now() < this.#stored.leaseUntil) return;
    throw new SupersededError('the lease is over, another run may have taken over');
  }

  /** What is remembered of rejected tokens: by the clock, as Togai counts them. */
  get rejectionLimiter(): RejectionLimiter {
    return {
      maySend: (digest) => maySend(this.#state, digest, this.#clock.now()),
      mostUnderWay: () => mostUnderWay(this.#state, this.#clock.now()),
      rejected: (digest) => {
        this.change((state) => noteRejection(state, digest, this.#clock.now()));
        // One after the other, so that none puts fewer in the place of more.
        this.#noting = this.#noting.then(() => this.save());
        return this.#noting;
      },
    };
  }

  async saveBucket(record: BucketRecord): Promise<void> {
    this.ensureLease();
    if (!(await this.#store.writeBucket(record))) {
      throw new SupersededError('a later run has counted this bucket');
    }
  }

  /** Gives the lease back without anything that is not stored yet. At best: it runs out by itself. */
  async abandon(): Promise<void> {
    // What may have been stored, decided messages among it, must not be taken back.
    if (this.#isUnsure) return;
    this.#state = this.#givenBack(this.#stored);
    await this.save().catch(() => {});
  }

  async end(): Promise<void> {
    if (this.#state.leaseUntil !== 0) this.#state = this.#givenBack(this.#state);
    await this.save();
  }

  /**
   * Waits until the requests of the run before do not count any more, and as long as Togai has asked to; from here on
   * the requests of this run count.
   *
   * @throws TogaiError where that takes too long; the reason of the signal once that is aborted
   */
  async coolDown(
    coolDownMs: number,
    { signal, softDeadline }: { readonly signal: AbortSignal; readonly softDeadline: AbortSignal },
  ): Promise<void> {
    await this.#waitForRetryAfter(signal, softDeadline);
    const left = (this.#state.coolDownUntil ?? 0) - this.#clock.now();
    this.#coolDownMs = coolDownMs;
    // No longer than it can be meant: the clocks of two runs may differ.
    if (left > 0) await this.#clock.sleep(Math.min(left, coolDownMs), signal);
  }

  /** Keeps for the runs to come what Togai asks of this one. */
  watchRetryAfter(togai: Pick<ConnectedTogai, 'stats'>): void {
    this.#asked = () => togai.stats().retryAfter;
  }

  async #waitForRetryAfter(signal: AbortSignal, softDeadline: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const retryAfter = retryAfterAt(this.#state.retryAfter, now);
    if (!retryAfter) return;
    const { start, end } = retryAfter;
    const tooLong = new TogaiError(
      'throttled',
      `nothing was sent to Togai: it asked at ${isoTime(start)} to wait ${formatDuration(end - start)}, and counting goes on after that, at ${isoTime(end)}; where that happens often ${QUOTA_ADVICE}`,
    );
    if (end - now > MAX_RETRY_AFTER_WAIT_MS) throw tooLong;
    try {
      await this.#clock.sleep(end - now, AbortSignal.any([signal, softDeadline]));
    } catch {
      signal.throwIfAborted();
      throw tooLong;
    }
  }

  /** With what Togai has asked for. */
  #withRetryAfter(state: MonitorState): MonitorState {
    const now = this.#clock.now();
    const kept = retryAfterAt(state.retryAfter, now);
    const asked = retryAfterAt(this.#asked(), now);
    const retryAfter = (asked?.end ?? 0) > (kept?.end ?? 0) ? asked : kept;
    const isSame =
      retryAfter?.start === state.retryAfter?.start && retryAfter?.end === state.retryAfter?.end;
    return isSame ? state : { ...state, retryAfter };
  }

  #givenBack(state: MonitorState): MonitorState {
    const coolDownUntil =
      this.#coolDownMs > 0 ? this.#clock.now() + this.#coolDownMs : state.coolDownUntil;
    return { ...state, leaseUntil: 0, coolDownUntil };
  }
}
