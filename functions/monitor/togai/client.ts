import type { MetricQuery } from '../events/metrics-answer.ts';
import type {
  AccountRevenue,
  EventMetrics,
  EventQuery,
  RequestStats,
  UsageEvents,
} from '../ports.ts';
import { printable } from '../text/text.ts';
import type { Range } from '../timeline/time.ts';
import { Asker, type AskerOptions } from './ask-with-retries.ts';
import { checkEnd } from './more-pages.ts';
import { readEventDetails } from './read-event-details.ts';
import { readPage } from './read-event-page.ts';
import { readMetrics, readRevenue } from './read-metrics.ts';
import { eventRequest, listRequest, metricsRequest, nameOf, revenueRequest } from './requests.ts';

export type TogaiClientOptions = AskerOptions;

export interface TogaiClient extends UsageEvents, EventMetrics, AccountRevenue {
  /** Numbers since the client was made. */
  stats(): RequestStats;
}

/**
 * Connects to Togai over HTTP. All requests go through one rate limiter. Passing failures are tried again; others are thrown at
 * once. No message holds the token. An answer that is older than the clock by more than five minutes is refused by a
 * ClockAheadError. A rejected token is read again once; if it is still the same, nothing more is sent.
 *
 * @throws SettingError for a text that is no token; TogaiError `unauthorized` for a token that may not be sent now
 */
export async function connectTogai(options: TogaiClientOptions): Promise<TogaiClient> {
  return new HttpTogaiClient(options, await Asker.connect(options));
}

class HttpTogaiClient implements TogaiClient {
  readonly #options: TogaiClientOptions;
  readonly #asker: Asker;
  /** Keys of answers that were mentioned before. */
  readonly #mentioned = new Set<string>();

  constructor(options: TogaiClientOptions, asker: Asker) {
    this.#options = options;
    this.#asker = asker;
  }

  stats(): RequestStats {
    return this.#asker.stats();
  }

  async *pages(query: EventQuery, signal: AbortSignal) {
    let nextToken: string | undefined;
    let entries = 0;
    do {
      const request = listRequest(this.#options.baseUrl, query, nextToken);
      const page = await this.#asker.ask(request, readPage, signal);
      entries += page.events.length + page.malformed.length;
      this.#mention(nameOf(request), page.unknownKeys);
      nextToken = page.nextToken;
      if (nextToken === undefined) checkEnd(nameOf(request), page.more, entries);
      yield page;
    } while (nextToken !== undefined);
  }

  event(id: string, signal: AbortSignal) {
    return this.#asker.ask(eventRequest(this.#options.baseUrl, id), readEventDetails, signal);
  }

  metrics(range: Range, queries: readonly MetricQuery[], signal: AbortSignal) {
    const request = metricsRequest(this.#options.baseUrl, range, queries);
    return this.#asker.ask(request, readMetrics, signal);
  }

  revenue(range: Range, accounts: readonly string[], signal: AbortSignal) {
    const request = revenueRequest(this.#options.baseUrl, range, accounts);
    return this.#asker.ask(request, readRevenue, signal);
  }

  /** Mentions each key once. A changed Togai is worth a look, and no reason to stop. */
  #mention(attempted: string, keys: readonly string[]): void {
    const unheardOf = keys.filter((key) => !this.#mentioned.has(key));
    if (unheardOf.length === 0) return;
    for (const key of unheardOf) this.#mentioned.add(key);
    const names = printable(unheardOf.slice(0, 5).join(', '), 80);
    this.#options.onWarning?.(`${attempted} answers with keys that are ignored here: ${names}`);
  }
}
