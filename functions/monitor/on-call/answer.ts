import { SettingError } from '../errors.ts';
import type { MonitorStore } from '../ports.ts';
import {
  ANSWER_VERSION,
  type MadeAnswer,
  madeAnswer,
  type SilenceAnswer,
  type SilencesAnswer,
  type StatusAnswer,
  silenceAnswer,
  silencesAnswer,
  statusAnswer,
} from './answer-json.ts';
import { endSilence, makeSilence } from './make-and-end-silences.ts';
import type { Asked } from './payload.ts';
import { readOpen } from './read-open.ts';

export type AskedToStart = Extract<Asked, { kind: 'run' | 'test' }>;
export type AskedOnCall = Exclude<Asked, AskedToStart>;

interface EndedAnswer {
  readonly version: typeof ANSWER_VERSION;
  readonly ended: SilenceAnswer;
}

/** Nothing was done. */
export interface RefusedAnswer {
  readonly version: typeof ANSWER_VERSION;
  /** A sentence. */
  readonly error: string;
}

/** The answers, by the key of the payload. */
export interface OnCallAnswers {
  readonly silence: MadeAnswer;
  readonly unsilence: EndedAnswer;
  readonly silences: SilencesAnswer;
  readonly status: StatusAnswer;
}

export type OnCallAnswer = OnCallAnswers[keyof OnCallAnswers];

export interface OnCallPorts {
  readonly store: Pick<
    MonitorStore,
    'readStart' | 'readIncidents' | 'readSilences' | 'writeSilence' | 'changeSilence'
  >;
  /** Epoch ms. */
  readonly now: number;
  /** When a silence begins; `undefined`: with the next run. */
  readonly from: number | undefined;
  /** The texts of the settings, by the names of the stack parameters. */
  readonly settings: Readonly<Record<string, string>>;
  /** The record of who changed which silence. */
  readonly log: (message: string, line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Answers people on call. It takes no lease, so a run may be at work meanwhile.
 *
 * @throws errors of the store; SettingError where it cannot be done
 */
export async function answerOnCall(
  asked: AskedOnCall,
  { store, now, from, settings, log }: OnCallPorts,
): Promise<OnCallAnswer> {
  switch (asked.kind) {
    case 'silence': {
      const answer = madeAnswer(await makeSilence(store, asked.request, now, from), now);
      log('silence made', { ...answer });
      return answer;
    }
    case 'unsilence': {
      const ended = silenceAnswer(await endSilence(store, asked, now), now);
      log('silence ended', { silence: ended });
      return { version: ANSWER_VERSION, ended };
    }
    case 'silences':
      return silencesAnswer(await store.readSilences(), now);
    case 'status':
      return statusAnswer(await readOpen(store), settings, now);
  }
}

/** @throws any other error than one for the person who asked */
export function refusedAnswer(error: unknown): RefusedAnswer {
  if (!(error instanceof SettingError)) throw error;
  return { version: ANSWER_VERSION, error: `${error.message}.` };
}
