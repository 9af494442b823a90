import { randomUUID } from 'node:crypto';
import { MonitorError } from '../functions/monitor/errors.ts';
import type { RenderedMessage } from '../functions/monitor/notifications/formats/message.ts';
import type { Channel } from '../functions/monitor/ports.ts';
import { type RunResult, run } from '../functions/monitor/run.ts';
import type { SettingKey } from '../functions/monitor/settings/all-settings.ts';
import type { NameOf } from '../functions/monitor/settings/names.ts';
import { readRunSettings } from '../functions/monitor/settings/read-for-run.ts';
import { counted } from '../functions/monitor/text/text.ts';
import { durationInWords, formatDuration } from '../functions/monitor/timeline/duration.ts';
import { isoTime, MINUTE_MS } from '../functions/monitor/timeline/time.ts';
import { connectTogai } from './connect-togai.ts';
import { fixedCredential } from './credentials.ts';
import { type Output, type Surroundings, written } from './terminal.ts';

/** The kind of subscriber whose form of a notification is printed. */
export type PrintFormat = 'email' | 'chat' | 'json';
export const PRINT_FORMATS = ['email', 'chat', 'json'] as const satisfies readonly PrintFormat[];

export interface RunCommand {
  readonly stateFile: string;
  /** The text of a setting; `undefined` for its default. */
  readonly textOf: (key: SettingKey) => string | undefined;
  /** The flag or the variable of a setting, for messages. */
  readonly nameOf: NameOf;
  readonly baseUrl: string;
  readonly token: string;
  readonly tokenSource: string;
  /** Takes the notifications. */
  readonly channel: Channel;
  /** Whether the run must fail if Togai's answers show that the clock is ahead. Not for a time that a person gave. */
  readonly checkClock: boolean;
}

/** After this time another run may take over. */
const LEASE_MS = 15 * MINUTE_MS;
const STOP_COUNTING_EARLY_MS = MINUTE_MS;

/**
 * One run without AWS. Its state is in a file. The code that reads it is loaded here, so that help and refusals come at once.
 *
 * @param at the scheduled time of the run, epoch ms
 * @throws SettingError for a state file that cannot be used; the reason of the signal when it aborts
 */
export async function runOnce(
  command: RunCommand,
  at: number,
  { clock, signal, requestTimeoutMs }: Surroundings,
  onWarning: (message: string) => void,
): Promise<RunResult> {
  const { textOf, nameOf, token, tokenSource, baseUrl } = command;
  const { requestsPerSecond, ...settings } = readRunSettings(
    { textOf, dashboardUrl: '' },
    at,
    nameOf,
  );
  const { createFileStore } = await import('../functions/monitor/storage/file-store.ts');
  return run(
    {
      store: createFileStore(command.stateFile, clock, signal),
      channels: [command.channel],
      clock,
      connect: (rejectionLimiter) =>
        connectTogai({
          baseUrl,
          credential: fixedCredential(token),
          tokenSource,
          requestsPerSecond,
          clock,
          checkClock: command.checkClock,
          rejectionLimiter,
          onWarning,
          ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
        }),
    },
    {
      scheduledTime: at,
      runId: randomUUID(),
      settings,
      leaseMs: LEASE_MS,
      signal,
      softDeadline: AbortSignal.timeout(LEASE_MS - STOP_COUNTING_EARLY_MS),
    },
  );
}

/**
 * Prints messages instead of sending them.
 *
 * @param say takes the first sign of life: a program that reads the messages has not asked for it
 */
export function createPrinter(
  stdout: Output,
  format: PrintFormat,
  say: (text: string) => void,
): Channel {
  return {
    name: 'print',
    async publish(message, signal) {
      if (message.attributes.topic === 'watching') say(firstSignOf(message));
      else await written(stdout, `${printMessage(message, format)}\n`, signal);
    },
  };
}

/** The body does not repeat the subject. Its last block is the id of the message. */
function firstSignOf({ subject, email }: RenderedMessage): string {
  const blocks = email.split('\n\n').slice(0, -1);
  return [subject.replace(/^NOTICE /, ''), ...blocks].join('\n');
}

function printMessage(message: RenderedMessage, format: PrintFormat): string {
  switch (format) {
    case 'json':
      return message.json;
    case 'chat':
      return JSON.stringify(JSON.parse(message.chat), null, 2);
    case 'email':
      return `Subject: ${message.subject}\n\n${message.email}\n${'-'.repeat(72)}`;
  }
}

/**
 * Why a run without AWS has failed: Togai could not be counted, or notifications could not be printed.
 *
 * @returns `undefined` for a run that has not
 */
export function failureOf(result: RunResult): MonitorError | undefined {
  const { error, undelivered = 0, problems = [] } = result;
  if (undelivered === 0) return error;
  const unprinted = `${counted(undelivered, 'notification')} could not be printed (${problems.join('; ') || 'there was no time left'}); the next run tries again`;
  return new MonitorError(error ? `${error.message}; ${unprinted}` : unprinted);
}

/** The reason why a run did nothing. */
const IDLE: Partial<Record<RunResult['outcome'], string>> = {
  held: `another run is at work, or was killed less than ${durationInWords(LEASE_MS)} ago; nothing was done`,
  late: 'a later run is already in the state file; nothing was done',
  superseded: 'another run has taken over and does the rest',
};

/** The outcome of a run in one line. @param failure if it is to be in that line */
export function runLine(at: number, result: RunResult, failure?: MonitorError): string {
  const { outcome, source = 'listing', open = [], backlogMs = 0 } = result;
  const parts = [`${isoTime(at)} ${outcome}`];
  const idle = IDLE[outcome];
  if (idle) parts.push(idle);
  if (outcome === 'finished' || outcome === 'failed') {
    parts.push(`${counted(result.counted ?? 0, source === 'metrics' ? 'look' : 'bucket')} counted`);
    if (open.length > 0) parts.push(`open: ${open.map(incidentText).join(', ')}`);
    // A failed run has not evaluated the thresholds.
    else if (outcome === 'finished') parts.push('no incident is open');
  }
  if (backlogMs > 0) parts.push(`${formatDuration(backlogMs)} behind`);
  if (failure) parts.push(failure.message);
  return parts.join(' · ');
}

function incidentText({ id, subject, severity }: NonNullable<RunResult['open']>[number]): string {
  return `${subject} (${severity}, ${id})`;
}
