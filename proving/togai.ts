import {
  type Answer,
  type ExchangeOptions,
  NoAnswer,
} from '../functions/monitor/togai/exchange.ts';
import type { Faults } from './faults.ts';
import type { Note } from './history.ts';
import type { Life } from './life.ts';
import { createRandom, type Random } from './random.ts';
import { BUCKET, HOUR, type Scenario } from './scenario.ts';
import type { Timeline } from './timeline.ts';
import { NOTHING_SHOWN, replyToMetrics, type Shown, startOfMetrics } from './togai-metrics.ts';
import { statusAt, type TrueEvent } from './traffic.ts';

const MAX_PAGE_SIZE = 50;
const PARAMETERS = new Set([
  'start_time',
  'end_time',
  'status',
  'account_id',
  'schema_name',
  'pageSize',
  'nextToken',
]);

/** What a listing leaves out. */
type Wanted = (event: TrueEvent) => boolean;
type Told = Answer & { readonly groups?: Shown };

/** Togai without HTTP: the published API over the events of a scenario, as strict as the real one, with its faults. */
export class SimulatedTogai {
  readonly #scenario: Scenario;
  readonly #faults: Faults;
  readonly #timeline: Timeline;
  readonly #latency: Random;
  /** Oldest first by the time that Togai filters by. */
  readonly #events: readonly TrueEvent[];
  readonly #byCreation: readonly TrueEvent[];
  readonly #byId: Map<string, TrueEvent[]>;

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
    this.#byCreation = events;
    const { timeField } = scenario;
    this.#events =
      timeField === 'createdAt' ? events : [...events].sort((a, b) => a.timestamp - b.timestamp);
    this.#byId = Map.groupBy(events, ({ id }) => id);
  }

  /** What a run asks it by. */
  exchange(life: Life, note: (note: Note) => void) {
    return (url: URL, options: ExchangeOptions): Promise<Answer> =>
      life.call(async () => {
        options.signal.throwIfAborted();
        options.onSent();
        note({
          type: 'sent',
          path: url.pathname + url.search,
          hour: startOfMetrics(options.post),
        });
        const { groups, ...answer } = await this.#answer(url, options, life);
        const retryAfter = Number(answer.headers.get('retry-after') ?? 0) * 1_000;
        note({
          type: 'answered',
          status: answer.status,
          isCurrent: options.token === this.secretAt(this.#timeline.now),
          notBefore: this.#timeline.now + retryAfter,
          hour: startOfMetrics(options.post),
          groups: groups ?? NOTHING_SHOWN,
        });
        return answer;
      });
  }

  async #answer(
    url: URL,
    { signal, timeoutMs, token, post }: ExchangeOptions,
    life: Life,
  ): Promise<Told> {
    const faults = this.#faults;
    const arrival = this.#timeline.now;
    if (faults.strikes('hang', arrival)) await this.#neverAnswer(timeoutMs, signal, life);
    const usual = faults.strikes('slow', arrival)?.latencyMs ?? this.#scenario.latencyMs;
    const latency = Math.ceil(usual * (0.5 + this.#latency.next()));
    if (latency > timeoutMs) await this.#neverAnswer(timeoutMs, signal, life);
    await life.sleep(latency, signal);

    const failing = faults.strikes('server-error', arrival);
    const broken = this.#faults.active('broken-buckets', arrival);
    const hour = startOfMetrics(post);
    const asked = hour ?? Number(url.searchParams.get('start_time') ?? Number.NaN) + 1;
    const askedTo = hour === undefined ? asked + 1 : hour + HOUR;
    if (broken && askedTo > broken.start && asked < broken.start + broken.count * BUCKET) {
      this.#faults.count('broken-buckets');
      return answerOf(500, { message: 'this range cannot be read' });
    }
    if (failing) return answerOf(failing.status, { message: `no upstream for ${token}` });
    if (token !== this.tokenAt(arrival)) {
      return answerOf(401, { message: `Invalid API token ${token}` });
    }
    const throttling = faults.strikes('throttling', arrival);
    if (throttling) {
      const { retryAfterSeconds } = throttling;
      return answerOf(
        429,
        { message: 'Too many requests' },
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      );
    }
    const { groups, ...answer } = this.#honestly(url, post);
    const wrong = answer.status === 200 && faults.strikes('wrong-body', arrival);
    if (!wrong) return { ...answer, ...(groups && { groups }) };
    switch (wrong.body) {
      case 'html':
        return { ...answer, body: '<html><body>Service temporarily unavailable</body></html>' };
      case 'truncated':
        return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length * 0.6)) };
      case 'empty':
        return { ...answer, body: '' };
      case 'other-shape':
        return { ...answer, body: '{"data":[],"ok":true}' };
    }
  }

  async #neverAnswer(timeoutMs: number, signal: AbortSignal, life: Life): Promise<never> {
    await life.sleep(timeoutMs, signal);
    const seconds = timeoutMs / 1_000;
    throw new NoAnswer('unavailable', `did not answer completely within ${seconds} s`, true);
  }

  /** The token that Togai accepts; `undefined` for none. */
  tokenAt(time: number): string | undefined {
    if (this.#faults.active('token-revoked', time)) {
      this.#faults.count('token-revoked');
      return undefined;
    }
    return tokenOf(this.#faults.all('token-rotated').filter(({ from }) => from <= time).length);
  }

  /** The token that is in the secret. */
  secretAt(time: number): string {
    const rotations = this.#faults.all('token-rotated').filter(({ secretAt }) => secretAt <= time);
    return tokenOf(rotations.length);
  }

  #honestly(url: URL, post: string | undefined): Told {
    if (url.pathname === '/metrics') return this.#metrics(post);
    if (post !== undefined) return answerOf(405, { message: 'GET is what can be done here.' });
    const id = /^\/events\/([^/]+)$/.exec(url.pathname)?.[1];
    if (id !== undefined) return this.#one(decodeURIComponent(id));
    if (url.pathname !== '/events') return answerOf(404, { message: 'There is nothing here.' });
    const query = url.searchParams;
    const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name));
    const pageSize = Number(query.get('pageSize') ?? MAX_PAGE_SIZE);
    if (unknown !== undefined || !(pageSize >= 1 && pageSize <= MAX_PAGE_SIZE)) {
      return answerOf(400, { message: `bad parameter ${unknown ?? 'pageSize'}` });
    }
    const number = (name: string) => {
      const text = query.get(name);
      return text === null ? undefined : Number(text);
    };
    const start = number('start_time');
    const end = number('end_time');
    if (Number.isNaN(start) || Number.isNaN(end) || (start ?? 0) > (end ?? Number.MAX_VALUE)) {
      return answerOf(400, { message: 'bad time' });
    }
    const now = this.#timeline.now;
    const after = query.get('nextToken');
    const ignores =
      start !== undefined && this.#faults.strikes('filter-ignored', now) !== undefined;
    const byNumber = this.#scenario.paging === 'number';
    const skipped = byNumber ? Number(after ?? 0) : 0;
    const position = byNumber ? null : after;
    const most = skipped + pageSize;
    const wanted = this.#wantedBy(query, now);
    const { events, more } =
      ignores || start === undefined || end === undefined
        ? this.#newest(now, position, most, wanted)
        : this.#within(start, end, now, position, most, wanted);
    const last = events.at(-1);
    return answerOf(200, {
      events: events.slice(skipped).map((event) => wireEvent(event, now)),
      ...(more && last && { nextToken: byNumber ? String(most) : positionOf(last) }),
    });
  }

  #wantedBy(query: URLSearchParams, now: number): Wanted {
    const [status, account, schema] = ['status', 'account_id', 'schema_name'].map((name) =>
      query.get(name),
    );
    return (event) =>
      (status === null || statusAt(event, now) === status) &&
      (account === null || event.account === account) &&
      (schema === null || event.schema === schema);
  }

  #metrics(post: string | undefined): Told {
    const all = this.#byCreation;
    const within = (start: number, end: number) =>
      all.slice(firstAfter(all, start - 1, 'createdAt'), firstAfter(all, end - 1, 'createdAt'));
    const { nameless } = this.#scenario;
    const reply = replyToMetrics(post, { within, nameless }, this.#faults, this.#timeline.now);
    return { ...answerOf(reply.status, reply.body), groups: reply.groups };
  }

  /** Newest first: at most so many, from all of them. */
  #newest(now: number, after: string | null, most: number, wanted: Wanted) {
    const events: TrueEvent[] = [];
    const all = this.#byCreation;
    const from = after === null ? now : Number.parseInt(after, 36);
    for (let index = firstAfter(all, from, 'createdAt') - 1; index >= 0; index--) {
      const event = all[index];
      if (!event || event.visibleAt > now || (after !== null && positionOf(event) >= after))
        continue;
      if (!wanted(event)) continue;
      if (events.length === most) return { events, more: true };
      events.push(event);
    }
    return { events, more: false };
  }

  #within(
    start: number,
    end: number,
    now: number,
    after: string | null,
    most: number,
    wanted: Wanted,
  ) {
    const { timeField, bounds } = this.#scenario;
    const all = this.#events;
    const exclusive = bounds === 'exclusive' ? 1 : 0;
    const first = firstAfter(all, start - 1 + exclusive, timeField);
    const found: TrueEvent[] = [];
    for (let index = first; index < all.length; index++) {
      const event = all[index];
      if (!event || event[timeField] > end - exclusive) break;
      if (event.visibleAt > now || (after !== null && positionOf(event) >= after)) continue;
      if (!wanted(event)) continue;
      found.push(event);
    }
    if (timeField === 'createdAt') found.reverse();
    else found.sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
    return { events: found.slice(0, most), more: found.length > most };
  }

  #one(id: string): Answer {
    const now = this.#timeline.now;
    const events = (this.#byId.get(id) ?? []).filter(({ visibleAt }) => visibleAt <= now);
    return answerOf(200, { events: events.map((event) => wireEvent(event, now)) });
  }
}

const NO_HEADERS = new Headers();

function answerOf(status: number, body: unknown, headers?: Record<string, string>): Answer {
  return {
    status,
    headers: headers ? new Headers(headers) : NO_HEADERS,
    body: JSON.stringify(body),
  };
}

/** Grows with `createdAt`; tells events of the same moment apart. */
function positionOf({ createdAt, referenceId }: TrueEvent): string {
  return `${createdAt.toString(36)}.${referenceId}`;
}

/** The index of the first event after a time. */
function firstAfter(
  events: readonly TrueEvent[],
  time: number,
  field: 'createdAt' | 'timestamp',
): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.[field] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wireEvent(event: TrueEvent, now: number) {
  const { referenceId, id, account, schema, createdAt, timestamp } = event;
  return {
    referenceId,
    eventPayload: {
      id,
      schemaName: schema,
      timestamp: isoTime(timestamp),
      ...(account !== '' && { accountId: account }),
    },
    ingestionStatus: { status: statusAt(event, now), statusDescription: 'as it was decided' },
    createdAt: isoTime(createdAt),
  };
}

const isoTime = (time: number) => new Date(time).toISOString();

const TOKEN_MARK = 'Tk/9+secret';

/** Each rotation brings another one. */
function tokenOf(rotations: number): string {
  return `${TOKEN_MARK}-${rotations}`;
}

/** Whether a token is in a text, in any of the spellings that it may come in. */
export function showsToken(text: string): boolean {
  return (
    text.includes(TOKEN_MARK) ||
    text.includes(encodeURIComponent(TOKEN_MARK)) ||
    text.includes(TOKEN_MARK.replaceAll('/', '\\/'))
  );
}
