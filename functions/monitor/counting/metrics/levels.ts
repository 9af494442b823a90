import {
  ALL,
  type AskedRange,
  type Cell,
  type LevelChange,
  type LookRecord,
} from '../../events/look-record.ts';
import { HOUR_MS } from '../../timeline/time.ts';

/** A change of a cell since the look before. */
export interface Rise extends Cell {
  /** Events; negative where they have become fewer. 0 where it is not known how many there were before. */
  readonly by: number;
  /** It is not known how many there were before. */
  readonly isBaseline: boolean;
}

/** Whether an earlier look asked for a cell: `complete` with all names, `partly` without some. */
type Asked = 'complete' | 'partly' | undefined;

type LevelsByName = Map<string, number>;

/**
 * The levels of all cells after some looks. A level is absolute. So a lost, late or doubled look
 * changes when an event is counted, and not how often.
 */
export class Levels {
  /** By hour, scope and status. */
  readonly #levels = new Map<number, Map<string, Map<string, LevelsByName>>>();
  /** Where the last change was: most changes of a look follow others of the same hour, scope and status. */
  #last: (Omit<Cell, 'name'> & { readonly byName: LevelsByName }) | undefined;
  readonly #asked = new Map<string, AskedRange[]>();
  readonly #named = new Set<string>();
  /** By hour: see {@link staleLooks}. */
  readonly #stale = new Map<number, number>();

  /** Adds the looks in their order. @param looks oldest first */
  static of(looks: Iterable<LookRecord>): Levels {
    const levels = new Levels();
    for (const look of looks) levels.add(look);
    return levels;
  }

  /** Adds the next look. @returns its rises against the looks before */
  add(look: Pick<LookRecord, 'changes' | 'asked' | 'stale'>): Rise[] {
    const rises = look.changes.map((change) => this.#apply(change));
    for (const range of look.asked) {
      const key = askedKey(range.scope, range.status);
      const ranges = this.#asked.get(key);
      if (ranges) ranges.push(range);
      else this.#asked.set(key, [range]);
    }
    this.#noteStale(look);
    return rises;
  }

  /** The level of a cell; `undefined` where no look has it. */
  level({ label, scope, name, status }: Cell): number | undefined {
    return this.#levels.get(label)?.get(scope)?.get(status)?.get(name);
  }

  /** Whether an hour was asked for in a scope. @param status left out for a question about all statuses */
  asked(label: number, scope: string, status?: string): Asked {
    const range = this.#asked
      .get(askedKey(scope, status))
      ?.findLast(({ start, end }) => overlaps(label, { start, end }));
    if (!range) return undefined;
    return range.complete ? 'complete' : 'partly';
  }

  /** The hours that have events, or had. */
  labels(): Iterable<number> {
    return this.#levels.keys();
  }

  /** The statuses that an hour has in a scope. */
  statusesOf(label: number, scope: string): Iterable<string> {
    return this.#levels.get(label)?.get(scope)?.keys() ?? [];
  }

  /** Whether a look has named an account, or a schema. */
  hasNames(scope: string): boolean {
    return this.#named.has(scope);
  }

  /** The accounts or schemas that an hour has with a status. */
  namesOf(label: number, scope: string, status: string): Iterable<string> {
    return this.#levels.get(label)?.get(scope)?.get(status)?.keys() ?? [];
  }

  /** All events of an hour. */
  sumOf(label: number, scope: string = ALL): number {
    let sum = 0;
    for (const status of this.statusesOf(label, scope)) {
      sum += this.level({ label, scope, name: '', status }) ?? 0;
    }
    return sum;
  }

  /** How many looks in a row, of those that asked for an hour, found its sum too low. */
  staleLooks(label: number): number {
    return this.#stale.get(label) ?? 0;
  }

  #noteStale({ asked, stale }: Pick<LookRecord, 'asked' | 'stale'>): void {
    for (const label of this.#stale.keys()) {
      const isAsked = asked.some((range) => range.scope === ALL && overlaps(label, range));
      if (isAsked && !stale.includes(label)) this.#stale.delete(label);
    }
    for (const label of stale) this.#stale.set(label, (this.#stale.get(label) ?? 0) + 1);
  }

  #apply(change: LevelChange): Rise {
    const { label, scope, name, status, from, to } = change;
    const byName = this.#levelsIn(change);
    const before = byName.get(name) ?? from;
    byName.set(name, to);
    if (name !== '') this.#named.add(scope);
    const by = before === undefined ? 0 : to - before;
    return { label, scope, name, status, by, isBaseline: before === undefined };
  }

  #levelsIn({ label, scope, status }: Omit<Cell, 'name'>): LevelsByName {
    const last = this.#last;
    if (last?.label === label && last.scope === scope && last.status === status) return last.byName;
    const ofLabel = entryOf(
      this.#levels,
      label,
      () => new Map<string, Map<string, LevelsByName>>(),
    );
    const ofScope = entryOf(ofLabel, scope, () => new Map<string, LevelsByName>());
    const byName = entryOf(ofScope, status, (): LevelsByName => new Map());
    this.#last = { label, scope, status, byName };
    return byName;
  }
}

/** Whether an hour overlaps a range. Togai's hours may begin at any minute. */
export function overlaps(
  label: number,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return label + HOUR_MS > start && label < end;
}

/** The value of a key, made where there is none. */
function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function askedKey(scope: string, status = ''): string {
  return `${scope} ${status}`;
}
