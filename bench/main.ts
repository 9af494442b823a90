/**
 * Measures requests, speed, memory and use of the quota, prints a table and writes it to `bench/RESULTS.md`:
 *
 *   npm run bench        about eight minutes
 *
 * Both sides of a ratio are measured in the same run on the same machine.
 */
import { addAllBreak } from './all-break.ts';
import { addBacktest } from './backtest-figures.ts';
import { measureDay } from './day.ts';
import { measureHurry } from './hurry.ts';
import { measureLimiters } from './limiters.ts';
import { addMemory } from './memory.ts';
import { measurePage } from './page.ts';
import { measureQuietRun } from './quiet.ts';
import { measureRate } from './rate.ts';
import { type RunRequests, requestsInIncident, requestsOfQuietRuns } from './requests.ts';
import { add, percent, times, write } from './results.ts';
import { measureProgram, measureStart } from './start.ts';

await addRequests();
await addHurry();
await addMemory();
await addDay();
await addAllBreak();
await addPage();
await addStart();
await addProgram();
await addQuietRun();
await addRate();
await addLimiters();
await addBacktest();
write();

/** With the settings of a new stack. A few events are lost on any simulated day, so names are asked for. */
async function addRequests(): Promise<void> {
  const rates = [
    { rate: 1, before: '16' },
    { rate: 100, before: 'over capacity' },
    { rate: 10_000, before: 'impossible' },
  ];
  for (const { rate, before } of rates) {
    for (const generation of ['2022', '2024'] as const) {
      const { most, mostAtHour } = await requestsOfQuietRuns(rate, generation);
      add(
        `requests of a quiet run at ${rate.toLocaleString('en')} events a second, Togai's API of ${generation}`,
        '≤ 3; ≤ 5 in the first run of an hour',
        `${most}; ${mostAtHour}`,
        most <= 3 && mostAtHour <= 5,
        before,
      );
    }
  }
  const incident = await requestsInIncident();
  const most = ({ most, mostAtHour, mostWithMessage }: RunRequests) =>
    Math.max(most, mostAtHour, mostWithMessage);
  add(
    'requests of a run while 60 of 200 accounts lose every event, 10,000 events a second, with samples and reasons',
    '≤ 10',
    `${most(incident)} (${incident.most} without a message, ${incident.mostWithMessage} with one)`,
    most(incident) <= 10,
  );
}

async function addDay(): Promise<void> {
  const { looks, usual, afterOutage } = await measureDay();
  const state = `window of 24 h, 5,000 accounts, of them 200 that lose events, after ${looks} runs of a day`;
  add(
    `a run, ${state}: time, with DynamoDB on this machine`,
    '≤ 0.4 s',
    `${(usual.ms / 1_000).toFixed(2)} s (CPU ${(usual.cpuMs / 1_000).toFixed(2)} s)`,
    usual.ms <= 400,
    '1.1 to 1.4 s',
  );
  add(
    'the same: bytes read from DynamoDB',
    '≤ 1 MB',
    `${(usual.bytesRead / 1e6).toFixed(2)} MB`,
    usual.bytesRead <= 1e6,
    '12.9 MB',
  );
  add(
    'the first run after an outage of a day, over the same state, in a new process with the heap of a function of 512 MB: CPU, peak resident memory',
    '≤ 2 s, ≤ 512 MB',
    `${(afterOutage.cpuMs / 1_000).toFixed(1)} s, ${afterOutage.peakMb.toFixed(0)} MB`,
    afterOutage.cpuMs <= 2_000 && afterOutage.peakMb <= 512,
    '5.8 s, 684 MB',
  );
}

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
    '11×',
  );
}

async function addQuietRun(): Promise<void> {
  const { ms, requests } = await measureQuietRun();
  add(
    'a quiet run of the bundled handler, endpoints 30 ms away, after start-up',
    'under 250 ms',
    `${ms.toFixed(0)} ms, with ${requests} requests to Togai`,
    ms < 250,
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
