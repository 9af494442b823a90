import { QUOTA_ADVICE, SupersededError, TogaiError } from './errors.ts';
import type {
  BucketRecord,
  Clock,
  ConnectedTogai,
  MonitorState,
  MonitorStore,
  Range,
  TokenGate,
} from './ports.ts';
import type { RunSettings } from './steps/run-settings.ts';
import {
  type LeaseRequest,
  maySend,
  mostUnderWay,
  NEW_STATE,
  noteRejection,
  quietAt,
  takeLease,
} from './steps/state.ts';
import { formatDuration, isoTime, MINUTE_MS } from './steps/time.ts';

/** How long a run waits where Togai asked an earlier one to. */
const MAX_QUIET_WAIT_MS = MINUTE_MS;

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
  #restMs = 0;
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
    return written ? new Session(ports, state, request.at) : { idle: 'held', state };
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
    if (this.#state.pending.length === 0) await this.end();
    else await this.save();
  }

  /** @throws SupersededError where a later run has taken over */
  async save(): Promise<void> {
    if (this.#state === this.#stored) return;
    const state = this.#heeded(this.#state);
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
  get gate(): TokenGate {
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

  /** A mute that was refused for lasting too long stays refused until another is written. */
  refuseMute(settings: RunSettings): RunSettings {
    const { text, until, refused } = settings.mute;
    const isOver = until === undefined || until <= this.#at;
    if (refused) this.change((state) => ({ ...state, refusedMute: text }));
    if (refused || isOver || this.#state.refusedMute !== text) return settings;
    const problem = `${settings.problem} MuteUntil: ${text} was refused when it was more than 30 days ahead, and stays so; write another time to mute.`;
    return { ...settings, muted: false, problem: problem.trim() };
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
  async rest(
    restMs: number,
    { signal, outOfTime }: { readonly signal: AbortSignal; readonly outOfTime: AbortSignal },
  ): Promise<void> {
    await this.#keepQuiet(signal, outOfTime);
    const left = (this.#state.restUntil ?? 0) - this.#clock.now();
    this.#restMs = restMs;
    // No longer than it can be meant: the clocks of two runs may differ.
    if (left > 0) await this.#clock.sleep(Math.min(left, restMs), signal);
  }

  /** Keeps for the runs to come what Togai asks of this one. */
  heed(togai: Pick<ConnectedTogai, 'stats'>): void {
    this.#asked = () => togai.stats().quiet;
  }

  async #keepQuiet(signal: AbortSignal, outOfTime: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const quiet = quietAt(this.#state.quiet, now);
    if (!quiet) return;
    const { start, end } = quiet;
    const tooLong = new TogaiError(
      'throttled',
      `nothing was sent to Togai: it asked at ${isoTime(start)} to wait ${formatDuration(end - start)}, and counting goes on after that, at ${isoTime(end)}; where that happens often ${QUOTA_ADVICE}`,
    );
    if (end - now > MAX_QUIET_WAIT_MS) throw tooLong;
    try {
      await this.#clock.sleep(end - now, AbortSignal.any([signal, outOfTime]));
    } catch {
      signal.throwIfAborted();
      throw tooLong;
    }
  }

  /** With what Togai has asked for. */
  #heeded(state: MonitorState): MonitorState {
    const now = this.#clock.now();
    const kept = quietAt(state.quiet, now);
    const asked = quietAt(this.#asked(), now);
    const quiet = (asked?.end ?? 0) > (kept?.end ?? 0) ? asked : kept;
    const isSame = quiet?.start === state.quiet?.start && quiet?.end === state.quiet?.end;
    return isSame ? state : { ...state, quiet };
  }

  #givenBack(state: MonitorState): MonitorState {
    const restUntil = this.#restMs > 0 ? this.#clock.now() + this.#restMs : state.restUntil;
    return { ...state, leaseUntil: 0, restUntil };
  }
}
