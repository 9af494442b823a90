import { existsSync } from 'node:fs';
import { SettingError } from '../../functions/monitor/errors.ts';
import type {
  AskedOnCall,
  OnCallAnswer,
  OnCallAnswers,
} from '../../functions/monitor/on-call/answer.ts';
import { readPayload } from '../../functions/monitor/on-call/payload.ts';
import { DEFAULT_STACK } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { HOUR_MS } from '../../functions/monitor/timeline/time.ts';
import { orWithoutAws } from '../aws/aws-failure.ts';
import { findMonitor } from '../aws/find-monitor.ts';
import { invokeMonitor, type PayloadOf } from '../aws/invoke-monitor.ts';
import type { Surroundings } from '../terminal.ts';
import type { PlaceFlags } from './place-flags.ts';

/** Runs that are so far behind the clock replay the past. */
const REPLAY_MS = HOUR_MS;
const OTHER_WAY = ', or name a state file with --state FILE';

/**
 * Asks the monitor of a stack, or a state file. The payload is checked here first, so that a mistake costs no call.
 *
 * @param payload see `functions/monitor/on-call/payload.ts`
 * @throws SettingError where it is refused; MonitorError where nobody answers; the reason of the signal when it aborts
 */
export async function askMonitor<K extends keyof OnCallAnswers>(
  payload: PayloadOf<K>,
  { stack = DEFAULT_STACK, state }: PlaceFlags,
  around: Surroundings,
): Promise<OnCallAnswers[K]> {
  try {
    const asked = readPayload(payload);
    if (asked.kind === 'run' || asked.kind === 'test') throw new Error('nobody is on call for it');
    return await (state === undefined
      ? askStack(payload, stack, around)
      : (askStateFile(asked, state, around) as Promise<OnCallAnswers[K]>));
  } catch (error) {
    throw error instanceof SettingError ? withFlag(error) : error;
  }
}

async function askStack<K extends keyof OnCallAnswers>(
  payload: PayloadOf<K>,
  stack: string,
  around: Surroundings,
): Promise<OnCallAnswers[K]> {
  const monitor = await findMonitor(stack, around).catch(orWithoutAws(OTHER_WAY));
  return invokeMonitor(monitor, payload, around);
}

async function askStateFile(
  asked: AskedOnCall,
  path: string,
  { clock, signal }: Surroundings,
): Promise<OnCallAnswer> {
  if (!existsSync(path)) {
    throw new SettingError(
      `there is no state file ${printable(path, 200)}; "unmetered run --state" makes one`,
    );
  }
  const { createFileStore } = await import('../../functions/monitor/storage/file-store.ts');
  const { answerOnCall } = await import('../../functions/monitor/on-call/answer.ts');
  const store = createFileStore(path, clock, signal);
  const now = clock.now();
  const { committedAt = now } = (asked.kind === 'unsilence' && (await store.readState())) || {};
  return answerOnCall(asked, {
    store,
    // Where runs replay the past, a silence ends with the last of them.
    now: now - committedAt > REPLAY_MS ? committedAt : now,
    // The runs of a state file may be of any time, so its silences begin with the next of them.
    from: undefined,
    settings: {},
    log: () => {},
  });
}

/** Fields of a payload are flags here. */
function withFlag({ message, cause }: SettingError): SettingError {
  const named = message.replace(/^(subject|incident|for|by|comment): /, '--$1: ');
  return new SettingError(named.replace(/^account: /, 'ACCOUNT: '), { cause });
}
