import { NEW_SIEVE, sift } from '../functions/monitor/counting/listing/repeated-pages.ts';
import { createCounter } from '../functions/monitor/events/counter.ts';
import { exchange } from '../functions/monitor/togai/exchange.ts';
import { parseJson } from '../functions/monitor/togai/parse-json.ts';
import { readPage } from '../functions/monitor/togai/read-event-page.ts';
import { median } from './rolling.ts';
import { NOW, serve, steady } from './served.ts';

/** The cost of a page of 50 events, from the text of the body to the counts, against `JSON.parse` alone. */

const HOUR_MS = 3_600_000;
const PAGES = 300;
const ROUNDS = 40;
const WARM_UP = 10;

export interface PageCost {
  readonly parseUs: number;
  readonly readUs: number;
  /** The exchange over HTTP and the reading. */
  readonly overHttpUs: number;
  readonly bodyBytes: number;
}

export async function measurePage(): Promise<PageCost> {
  const served = await serve({ scenario: steady(PAGES * 50, HOUR_MS), quota: 100_000 });
  const bodies: string[] = [];
  const fetchPage = async (url: URL) => {
    const { body } = await exchange(url, {
      token: served.token,
      timeoutMs: 30_000,
      signal: new AbortController().signal,
      onSent: () => {},
    });
    return body;
  };
  const urls: URL[] = [];
  for (let nextToken: string | undefined, page = 0; page === 0 || nextToken; page++) {
    const url = new URL('events', `${served.url}/`);
    url.searchParams.set('start_time', String(NOW - HOUR_MS));
    url.searchParams.set('end_time', String(NOW));
    if (nextToken) url.searchParams.set('nextToken', nextToken);
    urls.push(url);
    const body = await fetchPage(url);
    bodies.push(body);
    nextToken = JSON.parse(body).nextToken;
  }

  const parse = () => {
    for (const body of bodies) JSON.parse(body);
  };
  const read = () => readAll(bodies);
  const costs = { parse: [] as number[], read: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    costs.parse.push(cpuUs(parse) / bodies.length);
    costs.read.push(cpuUs(read) / bodies.length);
  }
  // The server has closed its idle connection meanwhile. The client learns of it when it is not busy.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = process.cpuUsage();
  for (const url of urls) readAll([await fetchPage(url)]);
  const { user, system } = process.cpuUsage(before);
  await served.close();
  return {
    parseUs: median(costs.parse.slice(WARM_UP)),
    readUs: median(costs.read.slice(WARM_UP)),
    overHttpUs: (user + system) / urls.length,
    bodyBytes: bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length,
  };
}

function readAll(bodies: readonly string[]): void {
  const counter = createCounter({ accounts: new Set(), schemas: new Set() });
  let sieve = NEW_SIEVE;
  for (const body of bodies) {
    const page = parseJson(body, (text) => text, readPage);
    const sifted = sift(sieve, page, { start: NOW - HOUR_MS - 1, end: NOW });
    sieve = sifted.sieve;
    for (const event of sifted.page.events) counter.add(event);
  }
}

function cpuUs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
