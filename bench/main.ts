/**
 * Measures speed, memory and use of the quota, prints a table and writes it to `bench/RESULTS.md`:
 *
 *   npm run bench        about four minutes
 *
 * Both sides of a ratio are measured in the same run on the same machine.
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureHurry } from './hurry.ts';
import { inProcess } from './in-process.ts';
import { measureLimiters } from './limiters.ts';
import { measurePage } from './page.ts';
import { measureQuietRun } from './quiet.ts';
import { measureRate } from './rate.ts';
import { measureProgram, measureStart } from './start.ts';

interface Row {
  readonly figure: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
}

interface Growth {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const rows: Row[] = [];
const add = (figure: string, wanted: string, measured: string, reached: boolean) => {
  rows.push({ figure, wanted, measured, reached });
  process.stdout.write(
    `${reached ? 'reached' : 'MISSED '}  ${figure}: ${measured} (wanted: ${wanted})\n`,
  );
};
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
const times = (ratio: number) => `${ratio.toFixed(2)}×`;

const begun = performance.now();
await addPage();
await addStart();
await addProgram();
await addHurry();
await addQuietRun();
await addMemory();
await addRate();
await addLimiters();
write((performance.now() - begun) / 1_000);

async function addPage(): Promise<void> {
  const { parseUs, readUs, overHttpUs, bodyBytes } = await measurePage();
  const ratio = readUs / parseUs;
  add(
    'CPU per page of 50 events, from the text of the body to the counts, against `JSON.parse` of it',
    '≤ 1.5×',
    `${times(ratio)} (${readUs.toFixed(0)} µs against ${parseUs.toFixed(0)} µs, ${(bodyBytes / 1_000).toFixed(0)} KB; with HTTP ${overHttpUs.toFixed(0)} µs)`,
    ratio <= 1.5,
  );
}

async function addStart(): Promise<void> {
  const { handlerMs, clientsMs, handlerKb, clientsKb } = await measureStart();
  const ratio = handlerMs / clientsMs;
  add(
    'import of the bundled handler, against the SDK clients that it uses, bundled in the same way',
    '≤ 1.3×',
    `${times(ratio)} (${handlerMs.toFixed(0)} ms against ${clientsMs.toFixed(0)} ms; ${handlerKb.toFixed(0)} KB against ${clientsKb.toFixed(0)} KB)`,
    ratio <= 1.3,
  );
}

async function addProgram(): Promise<void> {
  const { helpMs, checkMs, oneFetchMs } = await measureProgram();
  add(
    'start of the program, from the process to its end: `--version`, and a check with one request, with a compile cache',
    'under 150 ms',
    `${helpMs.toFixed(0)} ms, ${checkMs.toFixed(0)} ms (a script with one request: ${oneFetchMs.toFixed(0)} ms)`,
    Math.max(helpMs, checkMs) < 150,
  );
}

async function addHurry(): Promise<void> {
  const { checkMs, loopMs } = await measureHurry();
  const ratio = checkMs / loopMs;
  add(
    '`check` of an hour of 100 events, answers in 150 ms ± 50%, against a script that follows `nextToken`',
    '≤ 2.5×',
    `${times(ratio)} (${checkMs.toFixed(0)} ms against ${loopMs.toFixed(0)} ms)`,
    ratio <= 2.5,
  );
}

async function addQuietRun(): Promise<void> {
  const { ms, requests, due } = await measureQuietRun('listing');
  add(
    'a quiet run of the bundled handler, endpoints 30 ms away, after start-up',
    'under 250 ms',
    `${ms.toFixed(0)} ms`,
    ms < 250,
  );
  add(
    'requests to Togai of a quiet run, counting events',
    'at most 1 for each bucket due',
    `${requests} for ${due} buckets`,
    requests <= due,
  );
  const byMetrics = await measureQuietRun('metrics');
  add(
    'the same, counting by metrics',
    '1',
    `${byMetrics.requests}, in ${byMetrics.ms.toFixed(0)} ms`,
    byMetrics.requests === 1,
  );
}

async function addMemory(): Promise<void> {
  const few = await inProcess<Growth>('growth-child.ts', { events: 10_000, source: 'listing' });
  const many = await inProcess<Growth>('growth-child.ts', {
    events: 1_000_000,
    source: 'listing',
  });
  const growth = many.peakMb - few.peakMb;
  add(
    'peak resident memory, 1,000,000 events against 10,000',
    'within 32 MB',
    `${growth.toFixed(0)} MB more (${many.peakMb.toFixed(0)} MB against ${few.peakMb.toFixed(0)} MB)`,
    growth <= 32,
  );
  const usPerEvent = ({ seconds, events }: Growth) => (1e6 * seconds) / events;
  const ratio = usPerEvent(many) / usPerEvent(few);
  add(
    'time per event, 1,000,000 events against 10,000, nothing waiting for the rate',
    'in proportion (≤ 1.2×)',
    `${times(ratio)} (${usPerEvent(many).toFixed(0)} µs against ${usPerEvent(few).toFixed(0)} µs)`,
    ratio <= 1.2,
  );
  const small = await inProcess<Growth>('growth-child.ts', { events: 10_000, source: 'metrics' });
  const large = await inProcess<Growth>('growth-child.ts', {
    events: 1_000_000,
    source: 'metrics',
  });
  const cost = ({ requests, cpuMs, peakMb }: Growth) =>
    `${requests} request, ${cpuMs.toFixed(0)} ms of CPU, ${peakMb.toFixed(0)} MB`;
  add(
    'counting by metrics, an hour of 1,000,000 events against one of 10,000',
    'constant',
    `${cost(large)} against ${cost(small)}`,
    large.requests === small.requests &&
      large.cpuMs <= 1.5 * small.cpuMs &&
      large.peakMb - small.peakMb <= 8,
  );
  const one = await inProcess('accounts-child.ts', { accounts: 1 });
  const hundredThousand = await inProcess('accounts-child.ts', { accounts: 100_000 });
  const extra = hundredThousand.peakMb - one.peakMb;
  add(
    '100,000 distinct accounts in a bucket of a million events, against one account',
    'no more than 64 MB above',
    `${extra.toFixed(0)} MB above (${hundredThousand.peakMb.toFixed(0)} MB against ${one.peakMb.toFixed(0)} MB)`,
    extra <= 64,
  );
}

/** Four requests are under way at most, so answers in 150 ms allow no more than 26 requests a second. */
async function addRate(): Promise<void> {
  const rate = 10;
  const { monitor, oneByOne, twentyWorkers } = await measureRate(rate);
  const at = `at ${rate}/s, answers in 150 ms ± 50%`;
  const share = monitor.requestsPerSecond / rate;
  add(
    `share of the allowed rate that is used while there is work, ${at}`,
    '≥ 95%, ≤ 1% of the answers 429',
    `${percent(share)}, ${percent(monitor.throttled)} of the answers 429`,
    share >= 0.95 && monitor.throttled <= 0.01,
  );
  const faster = monitor.eventsPerSecond / oneByOne.eventsPerSecond;
  add(
    `against a client that follows \`nextToken\` one request after another, ${at}`,
    '≥ 1.4×',
    `${times(faster)} (${monitor.eventsPerSecond.toFixed(0)} events a second against ${oneByOne.eventsPerSecond.toFixed(0)})`,
    faster >= 1.4,
  );
  const workers = monitor.eventsPerSecond / twentyWorkers.eventsPerSecond;
  const fewer = twentyWorkers.throttled >= 20 * monitor.throttled;
  add(
    `against a client that fires 20 workers and backs off after 429, ${at}`,
    'no slower, at least 20× fewer 429s',
    `${times(workers)} as fast, ${percent(monitor.throttled)} of the answers 429 against ${percent(twentyWorkers.throttled)}`,
    workers >= 1 && fewer,
  );
  add(
    `most requests in any one second, ${at}`,
    `sent ≤ ${rate}, arriving ≤ ${rate + 1}`,
    `sent ${monitor.mostSent}, arriving ${monitor.mostArrived}`,
    monitor.mostSent <= rate && monitor.mostArrived <= rate + 1,
  );
}

async function addLimiters(): Promise<void> {
  const { monitor, bottleneck, pQueue } = await measureLimiters();
  const of = 'an hour of 100,000 events, rate = quota = 50/s, requests 0 to 40 ms on their way';
  for (const [name, other] of Object.entries({ bottleneck, 'p-queue': pQueue })) {
    const ratio = monitor.seconds / other.seconds;
    add(
      `${of}: time against a client with ${name}`,
      '≤ 1.1×',
      `${times(ratio)} (${monitor.seconds.toFixed(1)} s against ${other.seconds.toFixed(1)} s; ${percent(other.throttled)} of its answers 429)`,
      ratio <= 1.1 && monitor.events === other.events,
    );
  }
  add(`${of}: answers 429`, '≤ 1%', percent(monitor.throttled), monitor.throttled <= 0.01);
}

function write(seconds: number): void {
  const processors = cpus();
  const table = rows.map(
    ({ figure, wanted, measured, reached }) =>
      `| ${figure} | ${wanted} | ${reached ? '' : '**missed:** '}${measured} |`,
  );
  const page = [
    '# Figures',
    '',
    `Measured by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, in ${seconds.toFixed(0)} s: ${processors.length} × ${processors[0]?.model.trim() ?? 'an unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${process.platform} ${process.arch}, Node.js ${process.version}.`,
    'All figures are of one run on one machine, and its other load is not known: read the ratios rather than the times. Servers run in processes of their own.',
    '',
    '| figure | wanted | measured |',
    '| --- | --- | --- |',
    ...table,
    '',
  ];
  writeFileSync(fileURLToPath(new URL('RESULTS.md', import.meta.url)), page.join('\n'));
}
