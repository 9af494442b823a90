import { styleText } from 'node:util';
import type { Clock } from '../functions/monitor/ports.ts';

/** A stream to a terminal or to a pipe. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}

/** Everything that a command takes from outside. Tests pass their own. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where a person types. @default nobody does */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: NodeJS.ProcessEnv;
  /** The folder of the file `.env`. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** @default the default of the Togai client */
  readonly requestTimeoutMs?: number;
}

/** The reason of `Surroundings.signal` when a person or a system ends the process. */
export class Interrupted extends Error {
  readonly exitCode: number;

  /** @param left the state of the work, in words */
  constructor(exitCode: number, left = 'nothing was counted') {
    super(`interrupted, ${left}`);
    this.exitCode = exitCode;
  }
}

/** Replaces the words of an interruption: `left` says in which state it leaves the work. */
export async function leaving<T>(left: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Interrupted ? new Interrupted(error.exitCode, left) : error;
  }
}

/**
 * Writes a text.
 *
 * @returns once the text is written
 * @throws the reason why it cannot be written; the reason of `signal` once that is aborted
 */
export function written(output: Output, text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    output.write(text, (error) => {
      signal.removeEventListener('abort', stop);
      if (error) reject(error);
      else resolve();
    });
  });
}

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours text if the stream shows colours. Obeys `NO_COLOR` and `FORCE_COLOR`. */
export function painterFor(output: Output, env: NodeJS.ProcessEnv): Paint {
  const coloured = output.hasColors?.(env) ?? false;
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
}
