import {
  ALL,
  type AskedRange,
  type Cell,
  type LevelChange,
  type LookRecord,
} from '../../events/look.ts';
import { HOUR_MS } from '../../timeline/time.ts';

/** A change of a cell since the look before. */
export interface Rise extends Cell {
  /** Events; negative where they have become fewer. 0 where it is not known how many there were before. */
  readonly by: number;
  /** It is not known how many there were before. */
  readonly isBaseline: boolean;
}

/** Whether a cell was asked for by an earlier look: `complete` with all names, `partly` without some. */
type Asked = 'complete' | 'partly' | undefined;

/**
 * The levels of all cells after some looks. A level is absolute. So a look that is lost, late or there twice changes to which
 * look an event is counted, and not how often.
 */
export class Levels {
  readonly #levels = new Map<string, number>();
  readonly #labels = new Set<number>();
  readonly #asked = new Map<string, AskedRange[]>();
  readonly #statuses = new Map<string, Set<string>>();
  readonly #names = new Map<string, Set<string>>();
  readonly #named = new Set<string>();
  /** How many looks in a row, of those that asked for it, found the sum of an hour too low. */
  readonly #stale = new Map<number, number>();

  /** Adds the looks in their order. @param looks oldest first */
  static of(looks: Iterable<LookRecord>): Levels {
    const levels = new Levels();
    for (const look of looks) levels.add(look);
    return levels;
  }

  /** Adds the next look. @returns what it shows that the looks before do not */
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
  level(cell: Cell): number | undefined {
    return this.#levels.get(cellKey(cell));
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
    return this.#labels;
  }

  /** The statuses that an hour has in a scope. */
  statusesOf(label: number, scope: string): Iterable<string> {
    return this.#statuses.get(`${label} ${scope}`) ?? [];
  }

  /** Whether a look has named an account, or a schema. */
  hasNames(scope: string): boolean {
    return this.#named.has(scope);
  }

  /** The accounts or schemas that an hour has with a status. */
  namesOf(label: number, scope: string, status: string): Iterable<string> {
    return this.#names.get(`${label} ${scope} ${status}`) ?? [];
  }

  /** All events of an hour. */
  sumOf(label: number, scope: string = ALL): number {
    let sum = 0;
    for (const status of this.statusesOf(label, scope)) {
      sum += this.level({ label, scope, name: '', status }) ?? 0;
    }
    return sum;
  }

  /** Whether the last two looks that asked for an hour found its sum too low. */
  wasStaleTwice(label: number): boolean {
    return (this.#stale.get(label) ?? 0) >= 2;
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
    const key = cellKey(change);
    const before = this.#levels.get(key) ?? from;
    if (!this.#levels.has(key)) this.#note(change);
    this.#levels.set(key, to);
    const by = before === undefined ? 0 : to - before;
    return { label, scope, name, status, by, isBaseline: before === undefined };
  }

  #note({ label, scope, name, status }: Cell): void {
    this.#labels.add(label);
    if (name !== '') this.#named.add(scope);
    add(this.#statuses, `${label} ${scope}`, status);
    if (name !== '' || scope !== ALL) add(this.#names, `${label} ${scope} ${status}`, name);
  }
}

/** Whether an hour overlaps a range. Togai's hours may begin at any minute. */
export function overlaps(
  label: number,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return label + HOUR_MS > start && label < end;
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function cellKey({ label, scope, name, status }: Cell): string {
  // With its length, so that a blank in a status or a name cannot make two cells one.
  return `${label} ${scope} ${status.length} ${status}${name}`;
}

function askedKey(scope: string, status = ''): string {
  return `${scope} ${status}`;
}
