import type { CountProgress } from '../../functions/monitor/counting/count-result.ts';
import { SettingError } from '../../functions/monitor/errors.ts';
import { ignoredAt } from '../../functions/monitor/settings/ignore-list.ts';
import { DEFAULT_STACK } from '../../functions/monitor/settings/names-shared-with-stack.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { BUCKET_KEPT_DAYS } from '../../functions/monitor/timeline/kept-days.ts';
import { DAY_MS, HOUR_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import { orWithoutAws } from '../aws/aws-failure.ts';
import { findMonitor } from '../aws/find-monitor.ts';
import { readTable } from '../aws/read-table.ts';
import { connectTogai, useProxy } from '../connect-togai.ts';
import { fixedCredential } from '../credentials.ts';
import type { PlaceFlags } from '../on-call/place-flags.ts';
import type { ProgressView } from '../progress.ts';
import type { FoundSettings } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import type { History } from './history.ts';

/** Stored counts expire then. */
export const MAX_SINCE_MS = BUCKET_KEPT_DAYS * DAY_MS;

/** People without a stack may not know that the command looks for one. */
const OTHER_WAYS =
  '. Without a stack, ask Togai with --counting metrics, or name the state file of "unmetered run" with --state';

/** Where the counts are. */
interface HistoryFlags extends PlaceFlags {
  readonly counting: 'metrics' | undefined;
}

interface HistoryRequest {
  readonly sinceMs: number;
  readonly windowMs: number;
  readonly settleMs: number;
  readonly now: number;
  readonly sets: readonly (readonly Threshold[])[];
  readonly settings: FoundSettings;
}

interface FoundHistory {
  readonly history: History;
  /** The range to evaluate. */
  readonly range: Range;
  /** Where the counts are from, for people. */
  readonly source: string;
  /** A sentence about the counts; empty where they are those of the monitor. */
  readonly note: string;
}

/** @throws SettingError where there is nothing to evaluate; TogaiError */
export function findHistory(
  { stack, state, counting }: HistoryFlags,
  request: HistoryRequest,
  around: Surroundings,
  progress: ProgressView,
): Promise<FoundHistory> {
  if (state !== undefined) return inFile(state, request, around, progress);
  if (counting !== undefined) return askTogai(request, around, progress);
  return inTable(stack ?? DEFAULT_STACK, request, around, progress);
}

async function inFile(
  state: string,
  request: HistoryRequest,
  { clock, signal }: Surroundings,
  progress: ProgressView,
): Promise<FoundHistory> {
  const { createFileStore } = await import('../../functions/monitor/storage/file-store.ts');
  const { readHistory } = await import('./read-history.ts');
  const read = await readHistory(createFileStore(state, clock, signal), {
    ...request,
    // A file is read as a whole.
    chunkMs: MAX_SINCE_MS + 2 * DAY_MS,
    onProgress: (done) => progress.update(done),
  });
  if (read.history.length > 0) return { ...read, source: state, note: '' };
  throw new SettingError(
    `nothing that was counted is in ${printable(state, 200)}; name the state file of "unmetered run"`,
  );
}

async function inTable(
  stack: string,
  request: HistoryRequest,
  around: Surroundings,
  progress: ProgressView,
): Promise<FoundHistory> {
  const { readHistory } = await import('./read-history.ts');
  const monitor = await findMonitor(stack, around).catch(orWithoutAws(OTHER_WAYS));
  const reading = {
    ...request,
    chunkMs: DAY_MS,
    onProgress(done: CountProgress) {
      around.signal.throwIfAborted();
      progress.update(done);
    },
  };
  const needed = 'dynamodb:GetItem and dynamodb:Query are needed';
  const read = await readTable(monitor, needed, (store) => readHistory(store, reading), around);
  if (read.history.length > 0) return { ...read, source: `table ${monitor.tableName}`, note: '' };
  throw new SettingError(
    `the monitor of ${printable(stack, 200)} has counted nothing yet; ask Togai with --counting metrics`,
  );
}

async function askTogai(
  { sets, settings, ...request }: HistoryRequest,
  { clock, signal, env, requestTimeoutMs }: Surroundings,
  progress: ProgressView,
): Promise<FoundHistory> {
  const { token, ...access } = settings.access();
  await useProxy(access.baseUrl, env);
  const togai = await connectTogai({
    ...access,
    credential: fixedCredential(token),
    requestsPerSecond: settings.read('maxRequestsPerSecond'),
    clock,
    checkClock: true,
    onWarning: progress.note,
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
  });
  const { historyByMetrics } = await import('./history-by-metrics.ts');
  const found = await historyByMetrics(togai, {
    ...request,
    windowMs: Math.max(request.windowMs, HOUR_MS),
    thresholds: sets.flat(),
    ignoreLists: {
      accounts: ignoredAt(settings.read('ignoredAccounts'), request.now),
      schemas: ignoredAt(settings.read('ignoredSchemas'), request.now),
    },
    signal,
    onProgress: (done) => progress.update(done, togai.stats().requests),
  });
  const note =
    'Togai counted by the hour, and as of now. A deployed monitor evaluates every five minutes, and sees losses that heal later.';
  return { ...found, source: `Togai metrics of ${access.baseUrl}`, note };
}
