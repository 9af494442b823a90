import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { createDynamoDbStore } from '../functions/monitor/storage/dynamodb-store.ts';
import { createTable } from '../test/support/create-table.ts';
import { connectDynamoDb, startDynamoDb } from './dynamodb.ts';
import { inProcess } from './in-process.ts';
import { bucketsOfMonth } from './month.ts';
import { median } from './rolling.ts';

const TABLE = 'month';
const CHROMIUM = '/usr/bin/chromium';
const LOADS = 5;
const MOVES = 40;

export interface BacktestCosts {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly incidents: number;
  readonly notifications: number;
}

/** Medians in a browser; `undefined` where there is none. */
export interface PageCosts {
  readonly megabytes: number;
  readonly loadMs: number;
  /** From a key to the frame with the limit at its new place. */
  readonly lineMs: number;
  /** From a key to the numbers of the new limit. */
  readonly numbersMs: number;
  /** The same for the slowest move in ten. */
  readonly slowNumbersMs: number;
}

export async function measureBacktest(): Promise<{
  readonly terminal: BacktestCosts;
  readonly page: PageCosts | undefined;
}> {
  const dynamoDb = await startDynamoDb();
  const client = connectDynamoDb(dynamoDb.endpoint);
  const folder = mkdtempSync(join(tmpdir(), 'unmetered-bench-'));
  const html = join(folder, 'page.html');
  try {
    await createTable(client, TABLE);
    const store = createDynamoDbStore(client, TABLE);
    for (const bucket of bucketsOfMonth()) await store.writeBucket(bucket);
    const { endpoint } = dynamoDb;
    const terminal = await inProcess<BacktestCosts>('backtest-child.ts', {
      endpoint,
      table: TABLE,
    });
    if (!existsSync(CHROMIUM)) return { terminal, page: undefined };
    await inProcess('backtest-child.ts', { endpoint, table: TABLE, html });
    return { terminal, page: await measurePage(html) };
  } finally {
    client.destroy();
    dynamoDb.close();
    rmSync(folder, { recursive: true });
  }
}

async function measurePage(html: string): Promise<PageCosts> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const loads: number[] = [];
    let page = await browser.newPage();
    for (let load = 0; load < LOADS; load++) {
      await page.close();
      page = await browser.newPage();
      const begun = performance.now();
      await page.goto(pathToFileURL(html).href);
      await page.locator('.numbers[aria-busy=false]').waitFor();
      loads.push(performance.now() - begun);
    }
    const moves: Awaited<ReturnType<typeof move>>[] = [];
    for (let each = 0; each < MOVES; each++) moves.push(await move(page));
    const numbers = moves.map(({ numbersMs }) => numbersMs).sort((a, b) => a - b);
    return {
      megabytes: statSync(html).size / 1e6,
      loadMs: median(loads),
      lineMs: median(moves.map(({ lineMs }) => lineMs)),
      numbersMs: median(numbers),
      slowNumbersMs: numbers[Math.floor(0.9 * MOVES)] ?? Number.NaN,
    };
  } finally {
    await browser.close();
  }
}

/** Raises the first limit by one, as a key does. The page itself takes the times. */
function move(page: Page): Promise<{ readonly lineMs: number; readonly numbersMs: number }> {
  return page.evaluate(`new Promise((resolve) => {
    const numbers = document.querySelector('.numbers');
    const begun = performance.now();
    let lineMs;
    requestAnimationFrame(() => setTimeout(() => { lineMs = performance.now() - begun; }));
    new MutationObserver((_, observer) => {
      if (numbers.getAttribute('aria-busy') !== 'false') return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve({ lineMs, numbersMs: performance.now() - begun })));
    }).observe(numbers, { attributes: true });
    const key = new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true });
    document.querySelector('[role=slider]').dispatchEvent(key);
  })`);
}
