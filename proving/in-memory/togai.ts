import type { Answer, ExchangeOptions } from '../../functions/monitor/togai/exchange.ts';
import { NoAnswer } from '../../functions/monitor/togai/no-answer.ts';
import type { Note } from '../history.ts';
import { createRandom, type Random } from '../world/random.ts';
import { BUCKET, HOUR, type Scenario } from '../world/scenario.ts';
import type { TrueEvent } from '../world/true-event.ts';
import { answerOf, type TogaiAnswer } from './answer.ts';
import type { FaultOf, Faults } from './faults.ts';
import type { Life } from './life.ts';
import { startOfMetrics } from './metrics-request.ts';
import type { Timeline } from './timeline.ts';
import { EventListing } from './togai-events.ts';
import { TogaiMetrics } from './togai-metrics.ts';
import { acceptedToken, secretToken } from './tokens.ts';

/** Togai without HTTP: the published API over the events of a scenario, as strict as the real one, with its faults. */
export class SimulatedTogai {
  readonly #scenario: Scenario;
  readonly #faults: Faults;
  readonly #timeline: Timeline;
  readonly #latency: Random;
  readonly #listing: EventListing;
  readonly #metrics: TogaiMetrics;

  constructor(
    scenario: Scenario,
    events: readonly TrueEvent[],
    faults: Faults,
    timeline: Timeline,
  ) {
    this.#scenario = scenario;
    this.#faults = faults;
    this.#timeline = timeline;
    this.#latency = createRandom(scenario.seed, 'latency');
    this.#listing = new EventListing(scenario, events, faults);
    this.#metrics = new TogaiMetrics(scenario, events, faults);
  }

  /** The exchange that the Togai client of a run sends its requests by. */
  exchange(life: Life, note: (note: Note) => void) {
    return (url: URL, options: ExchangeOptions): Promise<Answer> =>
      life.call(async () => {
        options.signal.throwIfAborted();
        options.onSent();
        const hour = startOfMetrics(options.post);
        const path = url.pathname + url.search;
        note({ type: 'sent', path, hour });
        const { metrics, page, ...answer } = await this.#answer(url, options, life);
        const retryAfter = Number(answer.headers.get('retry-after') ?? 0) * 1_000;
        const { now } = this.#timeline;
        note({
          type: 'answered',
          status: answer.status,
          isCurrent: options.token === secretToken(this.#faults, now),
          notBefore: now + retryAfter,
          path,
          page,
          metrics,
        });
        return answer;
      });
  }

  async #answer(
    url: URL,
    { signal, timeoutMs, token, post }: ExchangeOptions,
    life: Life,
  ): Promise<TogaiAnswer> {
    const faults = this.#faults;
    const arrival = this.#timeline.now;
    if (faults.strikes('hang', arrival)) await neverAnswer(timeoutMs, signal, life);
    const usual = faults.strikes('slow', arrival)?.latencyMs ?? this.#scenario.latencyMs;
    const latency = Math.ceil(usual * (0.5 + this.#latency.next()));
    if (latency > timeoutMs) await neverAnswer(timeoutMs, signal, life);
    await life.sleep(latency, signal);

    const failure = this.#failure(url, post, token, arrival);
    if (failure) return failure;
    const answer = this.#honestAnswer(url, post);
    const wrong = answer.status === 200 && faults.strikes('wrong-body', arrival);
    if (!wrong) return answer;
    const { metrics: _, page: __, ...unread } = answer;
    return { ...unread, body: wrongBody(answer.body, wrong) };
  }

  /** The answer of Togai where it fails or refuses the request; `undefined` where it does not. */
  #failure(
    url: URL,
    post: string | undefined,
    token: string,
    arrival: number,
  ): TogaiAnswer | undefined {
    const faults = this.#faults;
    const failing = faults.strikes('server-error', arrival);
    const broken = faults.active('broken-buckets', arrival);
    const hour = startOfMetrics(post);
    const asked = hour ?? Number(url.searchParams.get('start_time') ?? Number.NaN) + 1;
    const end = url.searchParams.get('end_time');
    const askedTo = hour === undefined ? Number(end ?? Number.NaN) : hour + HOUR;
    if (broken && askedTo > broken.start && asked < broken.start + broken.count * BUCKET) {
      faults.count('broken-buckets');
      return answerOf(500, { message: 'this range cannot be read' });
    }
    if (failing) return answerOf(failing.status, { message: `no upstream for ${token}` });
    if (token !== acceptedToken(faults, arrival)) {
      return answerOf(401, { message: `Invalid API token ${token}` });
    }
    const throttling = faults.strikes('throttling', arrival);
    if (!throttling) return undefined;
    const { retryAfterSeconds } = throttling;
    return answerOf(
      429,
      { message: 'Too many requests' },
      retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    );
  }

  #honestAnswer(url: URL, post: string | undefined): TogaiAnswer {
    const { now } = this.#timeline;
    if (url.pathname === '/metrics') return this.#metrics.reply(post, now);
    if (post !== undefined) return answerOf(405, { message: 'use GET here' });
    const id = /^\/events\/([^/]+)$/.exec(url.pathname)?.[1];
    if (id !== undefined) return this.#listing.event(decodeURIComponent(id), now);
    if (url.pathname === '/events') return this.#listing.page(url.searchParams, now);
    return answerOf(404, { message: 'nothing is here' });
  }
}

async function neverAnswer(timeoutMs: number, signal: AbortSignal, life: Life): Promise<never> {
  await life.sleep(timeoutMs, signal);
  const seconds = timeoutMs / 1_000;
  throw new NoAnswer('unavailable', `did not answer completely within ${seconds} s`, true);
}

function wrongBody(body: string, wrong: FaultOf<'wrong-body'>): string {
  switch (wrong.body) {
    case 'html':
      return '<html><body>Service temporarily unavailable</body></html>';
    case 'truncated':
      return body.slice(0, Math.floor(body.length * 0.6));
    case 'empty':
      return '';
    case 'other-shape':
      return '{"data":[],"ok":true}';
  }
}
