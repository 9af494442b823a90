import { SettingError } from '../../functions/monitor/errors.ts';
import {
  groupOf,
  PROBLEM_GROUPS,
  STATUS_GROUPS,
} from '../../functions/monitor/events/status-groups.ts';
import type { Incident } from '../../functions/monitor/incidents/incident.ts';
import { printable } from '../../functions/monitor/text/text.ts';
import { BUCKET_MS } from '../../functions/monitor/timeline/bucket.ts';
import { HOUR_MS, isoTime } from '../../functions/monitor/timeline/time.ts';
import type { SettingFlags } from '../flags.ts';
import type { PlaceFlags } from '../on-call/place-flags.ts';
import { readRange } from '../range-flags.ts';
import type { FoundSettings } from '../settings.ts';
import type { Surroundings } from '../terminal.ts';
import { NOT_LOST, type Question } from './lost-event.ts';
import type { RowFormat } from './row-formats.ts';
import { readLoss } from './stored-incident.ts';

/** The flags of `lost`, as texts. */
export interface LostFlags extends SettingFlags, PlaceFlags {
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
  readonly incident?: string;
  readonly account?: string;
  readonly schema?: string;
  readonly status?: string;
  readonly csv?: boolean;
  readonly jsonl?: boolean;
  readonly json?: boolean;
  readonly withPayload?: boolean;
  readonly readAll?: boolean;
  readonly resume?: string;
  readonly redo?: boolean;
  readonly confirm?: string;
  readonly journal?: string;
  readonly verbose?: boolean;
}

/** The options of `lost`, read and valid. */
export interface LostRequest {
  readonly question: Question;
  /** The question as it was asked: `--since 24h` is the same one a minute later. */
  readonly asked: unknown;
  readonly format: RowFormat;
  readonly json: boolean;
  readonly withPayload: boolean;
  readonly readAll: boolean;
  /** The file of the list. `undefined`: the list is not kept. */
  readonly resume: string | undefined;
  readonly redo: boolean;
  /** The number that a dry run has shown. */
  readonly confirm: number | undefined;
  readonly journal: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly tokenSource: string;
  readonly requestsPerSecond: number;
  /** Whether to show the worth of the events. */
  readonly showWorth: boolean;
  /** Whether a clock that is ahead matters: it does where the range ends now. */
  readonly checkClock: boolean;
}

export const DEFAULT_JOURNAL = 'unmetered-redo.jsonl';
export const DEFAULT_SINCE = '24h';
/** The groups that can be asked for, the default ones first. */
const GROUPS = [...new Set([...PROBLEM_GROUPS, ...STATUS_GROUPS])].filter(
  (group) => !NOT_LOST.includes(group),
);
/** How long before its onset a list begins where the loss may be older. */
const EARLIER = { ms: HOUR_MS, text: 'an hour' };

/** @throws SettingError that names the flag or the variable */
export async function readLostRequest(
  flags: LostFlags,
  settings: FoundSettings,
  around: Surroundings,
): Promise<LostRequest> {
  const { since, from, to, incident, account, schema, status, withPayload = false } = flags;
  const question = await readQuestion(flags, around);
  return {
    question,
    asked: JSON.parse(
      JSON.stringify({ since, from, to, incident, account, schema, status, withPayload }),
    ),
    format: flags.csv ? 'csv' : flags.jsonl ? 'jsonl' : 'text',
    json: flags.json ?? false,
    withPayload,
    readAll: flags.readAll ?? false,
    resume: flags.resume,
    redo: flags.redo ?? false,
    confirm: readConfirm(flags),
    journal: flags.journal ?? DEFAULT_JOURNAL,
    ...settings.access(),
    showWorth: settings.read('showWorth'),
    requestsPerSecond: settings.read('maxRequestsPerSecond'),
    checkClock: to === undefined,
  };
}

async function readQuestion(flags: LostFlags, around: Surroundings): Promise<Question> {
  const { account, schema, status } = flags;
  const incident =
    flags.incident === undefined ? undefined : await readLoss(flags.incident, flags, around);
  const ofIncident = incident && questionOf(incident, around.clock.now());
  if (incident?.onsetOrEarlier) around.stderr.write(beganEarlier(incident));
  return {
    range: ofIncident?.range ?? readRange(flags, around.clock.now(), DEFAULT_SINCE),
    accounts: account === undefined ? ofIncident?.accounts : [account],
    schema,
    statuses:
      status === undefined ? (ofIncident?.statuses ?? PROBLEM_GROUPS) : readStatuses(status),
  };
}

function readStatuses(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    const isGroup = STATUS_GROUPS.some((group) => group === name);
    if (!(isGroup || /^[A-Z][A-Z0-9_]*$/.test(name))) {
      throw new SettingError(
        `--status: "${printable(name, 80)}" is neither a status (INGESTION_COMPLETED_NO_MATCHING_METERS) nor a status group (${GROUPS.join(', ')})`,
      );
    }
    if (NOT_LOST.includes(isGroup ? name : groupOf(name))) {
      throw new SettingError(`--status: events that are ${name} are not lost; leave it out`);
    }
  }
  return names;
}

function readConfirm({ confirm, redo }: LostFlags): number | undefined {
  if (confirm === undefined) return undefined;
  if (!redo) throw new SettingError('--confirm belongs to --redo; give both');
  if (/^\d{1,9}$/.test(confirm)) return Number(confirm);
  throw new SettingError(
    `--confirm: "${printable(confirm, 80)}" is no number; write the number of events that the dry run shows (--redo without --confirm)`,
  );
}

function beganEarlier({ onset }: Incident): string {
  return `The loss may have begun before ${isoTime(onset)}, so the list begins ${EARLIER.text} earlier. If events are lost in its first minutes, give --from and --account instead of --incident\n`;
}

function questionOf(
  incident: Incident,
  now: number,
): Pick<Question, 'range' | 'accounts' | 'statuses'> {
  const { onset, onsetOrEarlier, end, accounts, others, subject } = incident;
  const start = onsetOrEarlier ? onset - EARLIER.ms : onset;
  return {
    range: { start, end: Math.min(now, (end?.at ?? now) + BUCKET_MS) },
    accounts: others ? undefined : accounts.map(({ name }) => name),
    statuses: subject.includes('*') ? ['failed'] : [subject],
  };
}
