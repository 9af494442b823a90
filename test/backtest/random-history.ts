import { type HistoricPiece, History } from '../../cli/backtest/history.ts';
import { type Counts, increase } from '../../functions/monitor/events/counts.ts';

const MINUTE = 60_000;
const BUCKET = 5 * MINUTE;
export const START = Date.UTC(2026, 10, 18);
export const WINDOW = 60 * MINUTE;

const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
const LOST = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
const FAILED = 'INGESTION_FAILED_EVENT_INVALID';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Losing {
  readonly account: number;
  readonly from: number;
  readonly to: number;
  readonly share: number;
  readonly status: string;
}

/**
 * Buckets of some accounts; a few of these lose events for a while. With holes, lower bounds and
 * events without a name.
 */
export function randomPieces(seed: number, buckets: number, accounts: number): HistoricPiece[] {
  const random = randomFrom(seed);
  const losing = Array.from({ length: Math.ceil(buckets / 60) }, (): Losing => {
    const from = Math.floor(random() * buckets);
    return {
      account: Math.floor(random() * accounts),
      from,
      to: from + Math.ceil(random() * 30),
      share: random() < 0.5 ? 1 : random(),
      status: random() < 0.7 ? LOST : FAILED,
    };
  });
  const hasNameless = random() < 0.3;
  return Array.from({ length: buckets }, (_, bucket) => bucket)
    .filter(() => random() > 0.004)
    .map((bucket) => {
      const counts = countsOf(random, accounts, hasNameless, (account) =>
        losing.find((one) => one.account === account && bucket >= one.from && bucket < one.to),
      );
      const start = START + bucket * BUCKET;
      const end = start + BUCKET;
      const piece = { start, end, counts, partial: random() < 0.005 };
      return { piece, runEnd: end, notifiedAt: end + BUCKET, inProgress: undefined };
    });
}

function countsOf(
  random: () => number,
  accounts: number,
  hasNameless: boolean,
  losingOf: (account: number) => Losing | undefined,
): Counts {
  const byStatus = new Map<string, number>();
  const byName = new Map<string, { byStatus: Map<string, number>; exact: boolean }>();
  const schemas = new Map<string, { byStatus: Map<string, number>; exact: boolean }>();
  for (let account = 0; account < accounts; account++) {
    const events = Math.floor(random() * 6);
    const losing = losingOf(account);
    const own = new Map<string, number>();
    for (let event = 0; event < events; event++) {
      const stray = random() < 0.004 ? LOST : random() < 0.01 ? IN_PROGRESS : METERED;
      const status = losing && random() < losing.share ? losing.status : stray;
      increase(own, status, 1);
      increase(byStatus, status, 1);
      const schema = `schema-${account % 3}`;
      const ofSchema = schemas.get(schema) ?? { byStatus: new Map(), exact: true };
      increase(ofSchema.byStatus, status, 1);
      schemas.set(schema, ofSchema);
    }
    const hasName = !(hasNameless && random() < 0.02);
    if (events > 0 && hasName) byName.set(`account-${account}`, { byStatus: own, exact: true });
  }
  let total = 0;
  for (const events of byStatus.values()) total += events;
  return {
    total,
    byStatus,
    accounts: { byName, truncated: random() < 0.003 },
    schemas: { byName: schemas, truncated: false },
    ignored: 0,
    ignoredNames: { accounts: new Set(), schemas: new Set() },
    malformed: 0,
    malformedExample: undefined,
    samples: new Map(),
    descriptions: new Map(),
  };
}

export function historyOf(pieces: readonly HistoricPiece[]): History {
  const history = new History(WINDOW);
  for (const piece of pieces) history.add(piece);
  return history;
}
