import { type FileHandle, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SettingError } from '../../functions/monitor/errors.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import type { Range } from '../../functions/monitor/timeline/time.ts';
import { openPrivate, wholeLines } from './json-lines.ts';
import type { LostEvent } from './lost-event.ts';
import type { ListProgress, LostPage } from './lost-pages.ts';
import { type ProvenLists, UNPROCESSED } from './prove-lists.ts';

/** The first line. The others are pages, and a last one says that the list is complete. */
interface Head {
  readonly version: 1;
  readonly togai: string;
  /** The question as it was asked: another one has another answer. */
  readonly asked: unknown;
  readonly range: Range;
  /** Events that were redone before are looked for up to this time, epoch ms. Left out where none were. */
  readonly until?: number | undefined;
  readonly proven: ProvenLists;
}

interface PageLine {
  readonly list: string;
  readonly events: readonly LostEvent[];
  readonly next: string | null;
}

/**
 * A list of lost events in a file, page by page. An interrupted list can be resumed, and no list
 * has to be held in memory.
 */
export class ListFile {
  readonly #file: FileHandle;
  readonly #path: string;
  #end = 0;
  #isComplete = false;
  readonly #lists = new Map<string, string | undefined>();
  readonly #unprocessed = new Set<string>();

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /**
   * Opens the file of a list, or makes it.
   *
   * @param begin called for a new file: tries the filters of Togai's lists
   * @throws SettingError where the file cannot be used, or holds the answer to another question
   */
  static async open(
    path: string,
    { togai, asked, range, until }: Pick<Head, 'togai' | 'asked' | 'range' | 'until'>,
    begin: () => Promise<ProvenLists>,
  ): Promise<{ readonly list: ListFile } & Pick<Head, 'range' | 'until' | 'proven'>> {
    const list = new ListFile(await openPrivate(path), path);
    try {
      const known = await list.#read();
      if (known && (known.togai !== togai || !isDeepStrictEqual(known.asked, asked))) {
        throw otherList(path);
      }
      const head = known ?? { version: 1, togai, asked, range, until, proven: await begin() };
      if (!known) await list.#write(head);
      return { list, ...head };
    } catch (error) {
      await list.close();
      throw error;
    }
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get progress(): ListProgress {
    return { lists: this.#lists, unprocessed: this.#unprocessed };
  }

  /** The events of all pages so far. */
  async *events(): AsyncGenerator<LostEvent> {
    for await (const { value } of wholeLines(this.#file, 0, this.#path)) {
      if (isPage(value)) yield* value.events;
    }
  }

  async append({ list, events, next }: LostPage): Promise<void> {
    await this.#write({ list, events, next: next ?? null } satisfies PageLine);
  }

  async complete(): Promise<void> {
    await this.#write({ complete: true });
    this.#isComplete = true;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** @returns `undefined` for an empty file */
  async #read(): Promise<Head | undefined> {
    let head: Head | undefined;
    for await (const { value, end } of wholeLines(this.#file, 0, this.#path)) {
      this.#end = end;
      head ??= value as Head;
      if (isPage(value)) {
        this.#lists.set(value.list, value.next ?? undefined);
        if (value.list !== UNPROCESSED) continue;
        for (const { status } of value.events) this.#unprocessed.add(status);
      }
      this.#isComplete ||= typeof value === 'object' && value !== null && 'complete' in value;
    }
    const isEmpty = (await this.#file.stat()).size === 0;
    if (head?.version !== 1 && !isEmpty) throw otherList(this.#path);
    return head;
  }

  /** A page is there as a whole or not at all: a torn line is written over. */
  async #write(value: Head | PageLine | { readonly complete: true }): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    await this.#file.truncate(this.#end);
    await this.#file.write(line, 0, line.length, this.#end);
    await this.#file.datasync();
    this.#end += line.length;
  }
}

/** A path for a list that nobody keeps. @returns the path, and removes it when the work is over */
export async function temporaryList(): Promise<{
  readonly path: string;
  readonly remove: () => Promise<void>;
}> {
  const path = join(await mkdtemp(join(tmpdir(), 'unmetered-lost-')), 'list.jsonl');
  return { path, remove: () => rm(dirname(path), { recursive: true, force: true }) };
}

function isPage(value: unknown): value is PageLine {
  return typeof value === 'object' && value !== null && 'list' in value;
}

/** Such a file is never written over: it may be anything. */
function otherList(path: string): SettingError {
  return new SettingError(
    `${printable(path, 200)} holds another list, of other flags or of another Togai; give the same flags, or name another file with --resume`,
  );
}
