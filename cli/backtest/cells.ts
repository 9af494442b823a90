import type { GroupCounts, Groups, StatusCounts } from '../../functions/monitor/events/counts.ts';
import type { Bytes } from './bytes.ts';
import type { Names } from './names.ts';

/**
 * The accounts or schemas of a piece as bytes: a month of 500 accounts has four million of them. Each is the distance to the id
 * before, a head, and its statuses with their counts. Nearly all have one status: the head then holds it.
 */

const EXACT = 4;
const WITHOUT_TOTAL = 2;

export function writeCells({ byName }: Pick<Groups, 'byName'>, names: Names, to: CellWriter): void {
  const { bytes, statuses } = to;
  const cells = [...byName].map(([name, group]) => ({ id: names.idOf(name), group }));
  if (cells.some(({ id }, index) => id < (cells[index - 1]?.id ?? 0))) {
    cells.sort((a, b) => a.id - b.id);
  }
  let last = -1;
  for (const { id, group } of cells) {
    bytes.write(id - last);
    last = id;
    writeGroup(group, bytes, statuses);
  }
}

export interface CellWriter {
  readonly bytes: Bytes;
  readonly statuses: Names;
}

function writeGroup({ byStatus, exact, withoutTotal }: GroupCounts, bytes: Bytes, statuses: Names) {
  const [first] = byStatus;
  if (byStatus.size === 1 && first && exact && !withoutTotal) {
    bytes.write(statuses.idOf(first[0]) * 2 + 1);
    bytes.write(first[1]);
    return;
  }
  const flags = (exact ? EXACT : 0) + (withoutTotal ? WITHOUT_TOTAL : 0);
  bytes.write(byStatus.size * 8 + flags);
  writeCounts(byStatus, bytes, statuses);
  if (!withoutTotal) return;
  bytes.write(withoutTotal.size);
  writeCounts(withoutTotal, bytes, statuses);
}

function writeCounts(counts: StatusCounts, bytes: Bytes, statuses: Names): void {
  for (const [status, count] of counts) {
    bytes.write(statuses.idOf(status));
    bytes.write(count);
  }
}

/** Reads the cells of a piece one by one. Its properties are those of the newest one. */
export class CellReader {
  id = -1;
  /** How many statuses it has. */
  size = 0;
  isExact = true;
  /** The ids of its statuses, and their counts, up to `size`. */
  readonly statusIds: number[] = [];
  readonly counts: number[] = [];
  /** Pairs of a status id and a count; `undefined` where all of it is in shares. */
  withoutTotal: readonly (readonly [number, number])[] | undefined;
  readonly #bytes: Bytes;
  readonly #end: number;

  /** @param start and end: of the cells in the bytes */
  constructor(bytes: Bytes, start: number, end: number) {
    this.#bytes = bytes;
    this.#end = end;
    bytes.position = start;
  }

  /** @returns false after the last cell */
  next(): boolean {
    const bytes = this.#bytes;
    if (bytes.position >= this.#end) return false;
    this.id += bytes.read();
    const head = bytes.read();
    this.withoutTotal = undefined;
    if (head % 2 === 1) {
      this.size = 1;
      this.isExact = true;
      this.statusIds[0] = (head - 1) / 2;
      this.counts[0] = bytes.read();
      return true;
    }
    this.size = Math.floor(head / 8);
    this.isExact = head % 8 >= EXACT;
    for (let index = 0; index < this.size; index++) {
      this.statusIds[index] = bytes.read();
      this.counts[index] = bytes.read();
    }
    if (head % EXACT >= WITHOUT_TOTAL) this.#readWithoutTotal();
    return true;
  }

  #readWithoutTotal(): void {
    const bytes = this.#bytes;
    const size = bytes.read();
    this.withoutTotal = Array.from({ length: size }, () => [bytes.read(), bytes.read()] as const);
  }
}
