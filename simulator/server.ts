import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from './api.ts';
import { DEFAULT_SWITCHES, type Switches } from './behaviour-switches.ts';
import { createFaults, type Fault, type FaultOptions } from './faults.ts';
import { MEND, MENDED } from './mend.ts';
import { type Admission, createGuard } from './quota-and-token.ts';
import { createRandom } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { sendFault, sendJson, sendText } from './send.ts';
import { Traffic } from './traffic.ts';

export interface SimulatorOptions {
  readonly scenario: Scenario;
  /** @default 1 */
  readonly seed?: number;
  /** The simulated time, epoch ms. @default the machine's clock */
  readonly now?: () => number;
  /** @default 'simulated-token' */
  readonly token?: string;
  /** The only one that may correct events. @default 'simulated-correction-token' */
  readonly correctionToken?: string;
  /** Requests a second. @default 10, as documented */
  readonly quota?: number;
  /** Mean time to an answer, ms; each answer takes 50% to 150% of it. @default 0 */
  readonly latencyMs?: number;
  /** The longest way of a request to the quota, ms; each takes 0% to 100% of it. @default 0 */
  readonly jitterMs?: number;
  readonly switches?: Partial<Switches>;
  readonly faults?: FaultOptions;
  /** @default 0, a free port */
  readonly port?: number;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly token: string;
  readonly correctionToken: string;
  readonly traffic: Traffic;
  /** Requests that arrived so far. */
  readonly requests: number;
  close(): Promise<void>;
}

type Api = ReturnType<typeof createApi>;

/** An embedded Togai: the published API over seeded traffic, on this machine only. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { scenario, seed = 1, token = 'simulated-token', quota = 10 } = options;
  const { now = Date.now } = options;
  const { latencyMs = 0, jitterMs = 0, correctionToken = 'simulated-correction-token' } = options;
  const traffic = new Traffic({ seed, scenario });
  const switches = { ...DEFAULT_SWITCHES, ...options.switches };
  const api = createApi(traffic, switches, now);
  const admit = createGuard({ token, correctionToken, quota });
  const nextFault = createFaults(seed, options.faults ?? {});
  const random = createRandom(seed);
  let requests = 0;

  const arrived = (request: IncomingMessage, response: ServerResponse) => {
    // The quota counts requests when they arrive, by the real clock: simulated time and latency do not change it.
    const address = request.socket.remoteAddress ?? '';
    const admission = admit(request.headers.authorization, address, performance.now());
    const delay = latencyMs * (0.5 + random());
    const fault = nextFault();
    setTimeout(() => {
      answer(api, request, response, { admission, fault }).catch((error: unknown) =>
        response.destroy(error as Error),
      );
    }, delay);
  };
  const server = createServer((request, response) => {
    if (request.url === MEND) {
      traffic.mend(now());
      return sendText(response, MENDED);
    }
    requests++;
    if (jitterMs === 0) arrived(request, response);
    else setTimeout(arrived, jitterMs * random(), request, response);
  });

  return {
    url: `http://127.0.0.1:${await listen(server, options.port ?? 0)}`,
    token,
    correctionToken,
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

/** @returns the port */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function answer(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  { admission, fault }: { readonly admission: Admission; readonly fault: Fault | undefined },
): Promise<void> {
  if (!admission.admitted) {
    if (admission.retryAfterSeconds !== undefined) {
      response.setHeader('retry-after', String(admission.retryAfterSeconds));
    }
    return sendJson(response, admission.status, { message: admission.message });
  }
  const isReplaced = fault && fault !== 'repeated-token' && fault !== 'lost-answer';
  if (isReplaced) return sendFault(response, fault);
  const { status, body } = await api({
    method: request.method ?? '',
    path: request.url ?? '/',
    readBody: () => readJson(request),
    repeatsToken: fault === 'repeated-token',
    mayCorrect: admission.mayCorrect,
  });
  if (fault === 'lost-answer') return sendFault(response, 'reset');
  sendJson(response, status, body);
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
