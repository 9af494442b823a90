import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPlain } from '../../functions/monitor/storage/bucket-codec.ts';
import { randomPieces } from './random-history.ts';

const BUCKET_MS = 300_000;
export const DAYS = 8;

/** A state file with some days of listed buckets. @param renamed the first account gets this name */
export function stateFile(folder: string, renamed = 'account-0'): string {
  const path = join(folder, 'state.json');
  const buckets = randomPieces(3, DAYS * 288, 5).map(({ piece: { start, counts, partial } }) => {
    const { byName, truncated } = counts.accounts;
    const named = [...byName].map(
      ([name, group]) => [name === 'account-0' ? renamed : name, group] as const,
    );
    const accounts = { byName: new Map(named), truncated };
    const facts = { times: 1, countedAt: start + 2 * BUCKET_MS, inProgress: 0 };
    const record = { start, counts: { ...counts, accounts }, partial, ...facts };
    return [start, toPlain({ ...record, configHash: 'h', runNumber: 1 })] as const;
  });
  const contents = { version: 2, state: null, buckets: Object.fromEntries(buckets) };
  writeFileSync(path, JSON.stringify(contents));
  return path;
}
