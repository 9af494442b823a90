import { SettingError } from '../../functions/monitor/errors.ts';
import { ignoredAt } from '../../functions/monitor/settings/ignore-list.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import type { Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import { DAY_MS, HOUR_MS, type Range } from '../../functions/monitor/timeline/time.ts';
import { connectTogai, useProxy } from '../connect.ts';
import { fixedCredential } from '../credentials.ts';
import type { ProgressView } from '../progress.ts';
import type { FoundSettings } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import type { History } from './history.ts';

/** What is stored expires after 40 days. */
export const MAX_SINCE_MS = 40 * DAY_MS;

/** Where the counts are. */
interface HistoryFlags {
  readonly state: string | undefined;
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
  /** What is evaluated. */
  readonly range: Range;
  /** Where the counts are from, for people. */
  readonly source: string;
  /** A sentence about the counts; empty where they are those of the monitor. */
  readonly note: string;
}

/** @throws SettingError where there is nothing to evaluate; TogaiError */
export function findHistory(
  { state, counting }: HistoryFlags,
  request: HistoryRequest,
  around: Surroundings,
  progress: ProgressView,
): Promise<FoundHistory> {
  if (state !== undefined) return inFile(state, request, around, progress);
  if (counting !== undefined) return askTogai(request, around, progress);
  throw new SettingError(
    'no counts were named; give the state file with --state, or ask Togai with --counting metrics',
  );
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
