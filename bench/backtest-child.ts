/** Replays a month from a table, as `unmetered backtest --stack` does, and writes the page where a file is named. */
import { writeFile } from 'node:fs/promises';
import { Backtest } from '../cli/backtest/backtest.ts';
import { compare } from '../cli/backtest/compare-rule-sets.ts';
import { useMoreMemory } from '../cli/backtest/more-memory.ts';
import { pageDataOf } from '../cli/backtest/page-data.ts';
import { readHistory } from '../cli/backtest/read-history.ts';
import { SETTINGS } from '../functions/monitor/settings/all-settings.ts';
import { createDynamoDbStore } from '../functions/monitor/storage/dynamodb-store.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { connectDynamoDb } from './dynamodb.ts';
import { printMeasured } from './in-process.ts';
import { MONTH } from './month.ts';

interface Options {
  readonly endpoint: string;
  readonly table: string;
  readonly html?: string;
}

const { endpoint, table, html }: Options = JSON.parse(process.argv[2] ?? '');
useMoreMemory();
const client = connectDynamoDb(endpoint);
const begun = performance.now();
const cpuBefore = process.cpuUsage();
const { history, range } = await readHistory(createDynamoDbStore(client, table), {
  sinceMs: 30 * DAY_MS,
  chunkMs: DAY_MS,
  windowMs: HOUR_MS,
  settleMs: 5 * MINUTE_MS,
  now: MONTH.end,
  onProgress() {},
});
const rules = SETTINGS.thresholds.parse(SETTINGS.thresholds.defaultText);
const tried = new Backtest(history, {
  minimumEvents: 20,
  repeatMs: 4 * HOUR_MS,
  from: range.start,
});
const comparison = compare(tried, [rules], range, 'UTC');
if (html !== undefined) {
  const { renderBacktestPage } = await import('../cli/backtest/render-page.ts');
  const context = { timeZone: 'UTC', source: table, note: '', stack: undefined };
  await writeFile(html, await renderBacktestPage(pageDataOf(comparison, tried, context), history));
}
const { user, system } = process.cpuUsage(cpuBefore);
client.destroy();
printMeasured({
  seconds: (performance.now() - begun) / 1_000,
  cpuMs: (user + system) / 1_000,
  pieces: comparison.pieces,
  incidents: comparison.sets[0]?.numbers.incidents,
  notifications: comparison.sets[0]?.numbers.notifications,
});
