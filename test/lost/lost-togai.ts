import { onTestFinished } from 'vitest';
import { Interrupted } from '../../cli/terminal.ts';
import type { Clock } from '../../functions/monitor/ports.ts';
import type { Scenario } from '../../simulator/scenarios.ts';
import { type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import type { SimulatedEvent, Traffic } from '../../simulator/traffic.ts';
import { HOUR, MINUTE, NOW, SECOND, scenarioOf } from '../simulator/simulated-togai.ts';
import { type CliOptions, type CliResult, cli } from '../support/cli.ts';
import { createHurriedClock } from '../support/clock.ts';
import { emptyFolder } from '../support/folder.ts';

/** The incident, over for some minutes, without the days before it. */
export const BRIEF: Scenario = {
  ...scenarioOf('incident'),
  eventsPerSecond: 0.1,
  begins: NOW - 2 * HOUR,
};

/** The price plan is back, and everything is settled. */
export const LATER = NOW + HOUR;

/** As long as no other wait. */
const TIMEOUT_MS = 2_222;

const LOST = /^(UNKNOWN|INGESTION_FAILED|INGESTION_COMPLETED_(EVENT_NOT_|NO_|EVENT_PARKED))/;

export interface LostTogai {
  readonly traffic: Traffic;
  readonly url: string;
  /** `unmetered lost` with some flags, an hour after the incident. */
  lost(args: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>;
  /** `unmetered run`, at the same time. */
  run(args: readonly string[]): Promise<CliResult>;
  /** All lost events of a range, by `createdAt`, from the traffic itself. */
  truth(range?: { readonly start: number; readonly end: number }): SimulatedEvent[];
  readonly folder: string;
  wait(ms: number): void;
  /** The sender's ids of the events that were taken in again. */
  redone(): string[];
  /** A signal that interrupts at a moment of a request to come: each has two. */
  interruptAt(moment: number): AbortSignal;
  now(): number;
}

/** A simulated Togai whose events can be redone. A correction that names no event fails the test. */
export async function lostTogai(options: Partial<SimulatorOptions> = {}): Promise<LostTogai> {
  let passed = 0;
  const now = () => LATER + passed;
  let onMoment = () => {};
  const atMoment = () => {
    onMoment();
    return now();
  };
  const simulator = await startSimulator({
    scenario: BRIEF,
    now: atMoment,
    quota: 1e6,
    ...options,
  });
  const { traffic, url, token, correctionToken } = simulator;
  onTestFinished(async () => {
    await simulator.close();
    const { withoutId } = traffic.corrections;
    if (withoutId.length > 0) throw new Error(`corrections of whole accounts: ${withoutId}`);
  });
  const clock = createClock(now);
  const folder = emptyFolder();
  const rate = ['--max-requests-per-second', '100'];
  const env = { TOGAI_TOKEN: token, TOGAI_CORRECTION_TOKEN: correctionToken };
  return {
    traffic,
    url,
    now,
    folder,
    wait(ms) {
      passed += ms;
    },
    lost(args, surroundings = {}) {
      const around = { env, clock, requestTimeoutMs: TIMEOUT_MS };
      const journal = args.includes('--redo') ? ['--journal', `${folder}/journal.jsonl`] : [];
      const flags = ['--togai-base-url', url, ...rate, ...journal];
      return cli(['lost', ...args, ...flags], { ...around, ...surroundings });
    },
    redone() {
      return traffic
        .reingested(now())
        .map(({ id }) => id)
        .sort();
    },
    interruptAt(moment) {
      const abort = new AbortController();
      let moments = 0;
      onMoment = () => {
        if (++moments === moment) abort.abort(new Interrupted(130));
      };
      return abort.signal;
    },
    run(args) {
      return cli(['run', ...args, '--togai-base-url', url, ...rate], { env, clock });
    },
    truth({ start, end } = { start: now() - 24 * HOUR, end: now() }) {
      const from = Math.max(start, traffic.begins(now()) - MINUTE);
      const events: SimulatedEvent[] = [];
      for (let second = Math.floor(from / SECOND); second * SECOND <= end; second++) {
        events.push(...traffic.createdIn(second, now()));
      }
      return [...events, ...traffic.reingested(now())].filter(
        ({ createdAt, status }) =>
          createdAt >= start &&
          createdAt < end &&
          LOST.test(status) &&
          status !== 'INGESTION_FAILED_DUPLICATE_EVENT',
      );
    },
  };
}

/** All waits jump but the timeouts of requests: a server needs time to answer. */
function createClock(now: () => number): Clock {
  const hurried = createHurriedClock(now);
  return {
    ...hurried,
    sleep: (ms, signal) => hurried.sleep(ms === TIMEOUT_MS ? ms : Math.min(ms, 999), signal),
  };
}

export const idsOf = (events: readonly { readonly referenceId: string }[]) =>
  events.map(({ referenceId }) => referenceId).sort();

/** The events that `--jsonl` printed. */
export function rows({ stdout }: CliResult) {
  return stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) =>
        JSON.parse(line) as {
          readonly referenceId: string;
          readonly id: string;
          readonly account: string;
          readonly createdAt: string;
          readonly now: string;
        },
    );
}
