import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MonitorError, SettingError } from '../../functions/monitor/errors.ts';
import type { Clock } from '../../functions/monitor/ports.ts';
import { FileLock } from '../../functions/monitor/storage/file-lock.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { isoTime } from '../../functions/monitor/timeline/time.ts';
import { openPrivate, wholeLines } from './json-lines.ts';
import {
  isWanted,
  type LostEvent,
  type Question,
  type RedoneEvents,
  senderKey,
} from './lost-event.ts';
import type { Known, RedoJournal, Step } from './redo-one-event.ts';

/** One line of the journal. Without `step` the request is about to be sent. */
interface Entry {
  readonly version: 1;
  readonly togai: string;
  readonly at: string;
  readonly event: LostEvent;
  readonly step?: Step;
  readonly why?: string;
}

interface JournalOptions {
  readonly path: string;
  /** The address of Togai: events of two organisations may have the same ids. */
  readonly togai: string;
  /** Which events are asked for. */
  readonly question: Question;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The journal of corrections in a file, a line for each step. Several processes may share it. */
export class FileJournal implements RedoJournal {
  readonly #options: JournalOptions;
  readonly #lock: FileLock;
  readonly #known = new Map<string, Known>();
  readonly #unsure = new Map<string, LostEvent>();
  readonly #redone = new Map<string, LostEvent>();
  readonly #redoneIds = new Set<string>();
  /** In bytes. */
  #readTo = 0;

  private constructor(options: JournalOptions) {
    this.#options = options;
    this.#lock = new FileLock(options.path, options.clock, options.signal);
  }

  /** @throws SettingError where the file cannot be used */
  static async open(options: JournalOptions): Promise<FileJournal> {
    const journal = new FileJournal(options);
    // Only a request that is about to be sent makes the file.
    if (existsSync(options.path)) await journal.#locked((file) => journal.#catchUp(file));
    return journal;
  }

  /**
   * The redone events alone, for a list. It takes no lock and writes nothing, so it works in a folder that only others may write.
   *
   * @throws SettingError where the file cannot be read, or is something else
   */
  static async readRedone(options: JournalOptions): Promise<RedoneEvents> {
    const journal = new FileJournal(options);
    const { path } = options;
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      await journal.#catchUp(file);
    } catch (error) {
      // Nothing has been redone yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error instanceof MonitorError ? error : unread(path, error);
      }
    } finally {
      await file?.close();
    }
    return journal.redone();
  }

  known(event: LostEvent): Known | undefined {
    return this.#known.get(keyOf(event));
  }

  redone(): RedoneEvents {
    return { events: this.#redone, referenceIds: this.#redoneIds };
  }

  /** The events whose requests have no known end. */
  unsure(): LostEvent[] {
    return [...this.#unsure.values()];
  }

  begin(event: LostEvent): Promise<boolean> {
    return this.#locked(async (file) => {
      await this.#catchUp(file);
      if (this.known(event)) return false;
      await this.#append(file, { event });
      return true;
    });
  }

  end(event: LostEvent, step: Step, why: string): Promise<void> {
    return this.#locked(async (file) => {
      await this.#catchUp(file);
      await this.#append(file, { event, step, ...(why !== '' && { why }) });
    });
  }

  async #append(file: FileHandle, entry: Pick<Entry, 'event' | 'step' | 'why'>): Promise<void> {
    const { togai, clock } = this.#options;
    const { payload: _, ...event } = entry.event;
    const whole: Entry = { version: 1, togai, at: isoTime(clock.now()), ...entry, event };
    const line = Buffer.from(`${JSON.stringify(whole)}\n`);
    // A torn line is that of a process that was killed before it went on.
    await file.truncate(this.#readTo);
    await file.write(line, 0, line.length, this.#readTo);
    await file.sync();
    this.#readTo += line.length;
    this.#note(whole);
  }

  /** Reads new lines, those of other processes too. */
  async #catchUp(file: FileHandle): Promise<void> {
    const { togai, path } = this.#options;
    for await (const { value, end } of wholeLines(file, this.#readTo, path)) {
      const entry = value as Entry;
      if (entry.version !== 1 || typeof entry.event?.referenceId !== 'string') throw damaged(path);
      if (entry.togai === togai) this.#note(entry);
      this.#readTo = end;
    }
    // Such a file is never written over: it may be anything.
    if (this.#readTo === 0 && (await file.stat()).size > 0) throw damaged(path);
  }

  #note({ event, step = 'unsure' }: Entry): void {
    const key = keyOf(event);
    if (step === 'not_sent') this.#known.delete(key);
    else this.#known.set(key, step);
    if (step === 'redone') {
      this.#redoneIds.add(key);
      if (isWanted(event, this.#options.question)) this.#redone.set(senderKey(event), event);
    }
    if (step === 'unsure') this.#unsure.set(key, event);
    else this.#unsure.delete(key);
  }

  #locked<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    return this.#lock.run(async (path) => {
      const file = await openPrivate(path);
      try {
        return await work(file);
      } catch (error) {
        throw error instanceof MonitorError ? error : unwritten(path, error);
      } finally {
        await file.close();
      }
    });
  }
}

function unread(path: string, error: unknown): SettingError {
  const { code } = error as NodeJS.ErrnoException;
  return new SettingError(`the journal ${printable(path, 200)} could not be read (${code})`, {
    cause: error,
  });
}

function unwritten(path: string, error: unknown): SettingError {
  const { code } = error as NodeJS.ErrnoException;
  return new SettingError(
    `the journal ${printable(path, 200)} could not be written (${code}), so nothing more was sent: make room, then run the same command again`,
    { cause: error },
  );
}

function damaged(path: string): SettingError {
  return new SettingError(
    `${printable(path, 200)} is no journal of corrections; name another file with --journal`,
  );
}

function keyOf({ referenceId = '' }: LostEvent): string {
  return referenceId;
}
