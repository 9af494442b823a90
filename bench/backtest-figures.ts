import { measureBacktest } from './backtest.ts';
import { add } from './results.ts';

/** A month of 500 accounts. The page is measured where there is a browser. */
export async function addBacktest(): Promise<void> {
  const { terminal, page } = await measureBacktest();
  const { seconds, cpuMs, peakMb, incidents, notifications } = terminal;
  add(
    'a backtest of 30 days of 500 accounts, 45 million events, from DynamoDB on this machine: time, peak resident memory',
    '≤ 10 s, ≤ 300 MB',
    `${seconds.toFixed(1)} s (CPU ${(cpuMs / 1_000).toFixed(1)} s), ${peakMb.toFixed(0)} MB, for ${incidents} incidents and ${notifications} notifications of the default rules, and for the suggested ones`,
    seconds <= 10 && peakMb <= 300,
  );
  if (!page) return;
  const { megabytes, loadMs, lineMs, numbersMs, slowNumbersMs } = page;
  add(
    'the page of that backtest, in Chromium: from its file to its first numbers',
    '≤ 2 s',
    `${(loadMs / 1_000).toFixed(1)} s, for ${megabytes.toFixed(1)} MB`,
    loadMs <= 2_000,
  );
  add(
    'a limit that is moved on it: to the frame with its line, to the new numbers',
    '≤ 33 ms each',
    `${lineMs.toFixed(0)} ms, ${numbersMs.toFixed(0)} ms (one in ten: ${slowNumbersMs.toFixed(0)} ms or more)`,
    Math.max(lineMs, numbersMs) <= 33,
  );
}
