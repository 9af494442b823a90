import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isoTime } from '../functions/monitor/timeline/time.ts';
import { createFaults, type Fault, type FaultOptions } from './faults.ts';
import { type Admission, createGuard } from './guard.ts';
import { type ListingPosition, type ListingSwitches, listEvents } from './listing.ts';
import { answerMetrics } from './metrics.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenario.ts';
import { type SimulatedEvent, Traffic } from './traffic.ts';

const MAX_PAGE_SIZE = 50;

/** The answers to what Togai's documentation leaves open. */
export interface Switches extends ListingSwitches {
  /** Where `referenceId` stands: beside the payload, as in the schema, or in it, as in the examples. */
  readonly referenceId: 'top' | 'payload';
  /** How an answer without events looks: `{"events":[]}` or `{}`. */
  readonly whenEmpty: 'list' | 'absent';
  /** Whether times are written with their zone. */
  readonly zone: 'written' | 'left-out';
}

const DEFAULT_SWITCHES: Switches = {
  timeFilter: 'createdAt',
  bounds: 'inclusive',
  order: 'newest-first',
  referenceId: 'top',
  whenEmpty: 'list',
  zone: 'written',
};

export interface SimulatorOptions {
  readonly scenario: Scenario;
  /** @default 1 */
  readonly seed?: number;
  /** The simulated time, epoch ms. @default the machine's clock */
  readonly now?: () => number;
  /** @default 'simulated-token' */
  readonly token?: string;
  /** Requests a second. @default 10, as documented */
  readonly quota?: number;
  /** Mean time to an answer; each takes from a half to one and a half of it. @default 0 */
  readonly latencyMs?: number;
  readonly switches?: Partial<Switches>;
  readonly faults?: FaultOptions;
  /** @default 0, a free port */
  readonly port?: number;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly token: string;
  readonly traffic: Traffic;
  /** Requests that arrived so far. */
  readonly requests: number;
  close(): Promise<void>;
}

/** An embedded Togai: the published API over seeded traffic, on this machine only. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { scenario, seed = 1, token = 'simulated-token', quota = 10, latencyMs = 0 } = options;
  const now = options.now ?? Date.now;
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const traffic = new Traffic({ seed, scenario });
  const admit = createGuard({ token, quota });
  const nextFault = createFaults(seed, options.faults ?? {});
  const random = createRandom(seed);
  let requests = 0;

  const server = createServer((request, response) => {
    requests++;
    // The quota is about when requests arrive, by the real clock: not about simulated events, nor about how long
    // an answer takes.
    const address = request.socket.remoteAddress ?? '';
    const admission = admit(request.headers.authorization, address, performance.now());
    const delay = latencyMs * (0.5 + random());
    const fault = nextFault();
    setTimeout(() => {
      answer(request, response, admission, fault).catch((error: unknown) =>
        response.destroy(error as Error),
      );
    }, delay);
  });

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    admission: Admission,
    fault: Fault | undefined,
  ): Promise<void> {
    if (!admission.admitted) {
      if (admission.retryAfterSeconds !== undefined) {
        response.setHeader('retry-after', String(admission.retryAfterSeconds));
      }
      return send(response, admission.status, { message: admission.message });
    }
    if (fault && fault !== 'repeated-token') return misbehave(response, fault);
    const url = URL.parse(request.url ?? '/', 'http://simulator');
    const id = /^\/events\/([^/]+)$/.exec(url?.pathname ?? '')?.[1];
    if (request.method === 'GET' && url?.pathname === '/events') {
      return sendPage(response, url.searchParams, fault === 'repeated-token');
    }
    if (request.method === 'GET' && id !== undefined) {
      const events = traffic.byId(decodeURIComponent(id), now());
      return send(response, 200, {
        events: events.map((event) => ({
          ...published(event, switches),
          eventPipelineInfo: pipelineOf(event),
        })),
      });
    }
    if (request.method === 'POST' && url?.pathname === '/metrics') {
      const { status, answer } = answerMetrics(traffic, await readJson(request), now());
      return send(response, status, answer);
    }
    return send(response, 404, { message: 'There is nothing here.' });
  }

  function sendPage(response: ServerResponse, query: URLSearchParams, repeatToken: boolean): void {
    const parsed = parseQuery(query);
    if ('problem' in parsed) {
      send(response, 400, { message: parsed.problem });
      return;
    }
    const { events, next } = listEvents(traffic, switches, parsed, now());
    const ownToken = next && writeToken(next);
    const nextToken = repeatToken ? (query.get('nextToken') ?? ownToken) : ownToken;
    const empty = events.length === 0 && switches.whenEmpty === 'absent';
    send(response, 200, {
      ...(!empty && { events: events.map((event) => published(event, switches)) }),
      ...(nextToken && { nextToken }),
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    traffic,
    get requests() {
      return requests;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function misbehave(response: ServerResponse, fault: Exclude<Fault, 'repeated-token'>): void {
  switch (fault) {
    case '429':
      response.setHeader('retry-after', '1');
      send(response, 429, { message: 'Request rate exceeded.' });
      return;
    case '500':
      send(response, 500, { message: 'Something went wrong.' });
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>A proxy was here.</body></html>');
      return;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"events":[{"eventPayload":{"schemaName":"api_');
  }
}

function parseQuery(query: URLSearchParams) {
  const pageSize = Number(query.get('pageSize') ?? MAX_PAGE_SIZE);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    return { problem: `pageSize must be a whole number from 1 to ${MAX_PAGE_SIZE}.` };
  }
  const times = ['start_time', 'end_time'].map((name) => query.get(name));
  if (times.some((time) => time !== null && !/^\d{1,15}$/.test(time))) {
    return { problem: 'start_time and end_time must be epoch milliseconds.' };
  }
  const [startTime, endTime] = times.map((time) => (time === null ? undefined : Number(time)));
  const nextToken = query.get('nextToken');
  const after = nextToken === null ? undefined : readToken(nextToken);
  if (nextToken !== null && !after) return { problem: 'nextToken is not one of ours.' };
  const status = query.get('status');
  const account = query.get('account_id');
  const schema = query.get('schema_name');
  const matches = (event: SimulatedEvent) =>
    (status === null || event.status === status) &&
    (account === null || event.accountId === account) &&
    (schema === null || event.schemaName === schema);
  return { startTime, endTime, matches, pageSize, after };
}

function writeToken(position: ListingPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64');
}

function readToken(token: string): ListingPosition | undefined {
  try {
    const { second, skip } = JSON.parse(Buffer.from(token, 'base64').toString());
    return Number.isInteger(second) && Number.isInteger(skip) ? { second, skip } : undefined;
  } catch {
    return undefined;
  }
}

/** An event as the API shows it. */
function published(event: SimulatedEvent, { referenceId, zone }: Switches) {
  const show = (time: number) => (zone === 'written' ? isoTime(time) : isoTime(time).slice(0, -1));
  return {
    ...(referenceId === 'top' && { referenceId: event.referenceId }),
    eventPayload: {
      ...(referenceId === 'payload' && { referenceId: event.referenceId }),
      schemaName: event.schemaName,
      id: event.id,
      timestamp: show(event.timestamp),
      accountId: event.accountId,
      attributes: [
        { name: 'units', value: String(1 + (event.index % 50)), unit: 'None' },
        { name: 'duration', value: String(10 + (event.second % 600)), unit: 'Seconds' },
      ],
      dimensions: { region: event.index % 2 ? 'eu-central-1' : 'us-east-1', channel: 'api' },
    },
    ingestionStatus: { status: event.status, statusDescription: event.statusDescription },
    customerId: `customer-of-${event.accountId}`,
    source: { id: 'ingest', type: 'INGEST' },
    createdAt: show(event.createdAt),
  };
}

/** What the pipeline did, as far as the status tells. */
function pipelineOf({ status, accountId, schemaName, createdAt }: SimulatedEvent) {
  const metered = status === 'INGESTION_COMPLETED_EVENT_METERED';
  const matched = metered || status === 'INGESTION_COMPLETED_EVENT_NOT_METERED';
  const month = isoTime(createdAt).slice(0, 7);
  return {
    eventSchema: { name: schemaName, version: 1 },
    usageMeters: matched
      ? [
          {
            id: `meter-${schemaName}`,
            name: `${schemaName}_units`,
            version: 1,
            status: 'PROCESSED_UNITS_COMPUTED',
            units: 1,
          },
        ]
      : [],
    pricePlans: metered
      ? [
          {
            id: 'plan-pro',
            name: 'pro',
            scheduleId: 'schedule-1',
            cycleStart: `${month}-01`,
            cycleEnd: `${month}-28`,
          },
        ]
      : [],
    account: { id: accountId, name: accountId },
    customer: { id: `customer-of-${accountId}`, name: accountId },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
