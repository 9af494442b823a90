import type { AccountFacts } from '../../functions/monitor/notifications/notification.ts';
import type { Summary } from '../../functions/monitor/notifications/window-summary.ts';
import { MINUTE_MS } from '../../functions/monitor/timeline/time.ts';

/**
 * The world of all examples: a week of March 2026, with 37 accounts that send 18,020 events an hour. The numbers of a window, and
 * those of a loss, add up.
 */
const WORLD = 18_020;

export const METERED = 'INGESTION_COMPLETED_EVENT_METERED';
export const NOT_METERED = 'INGESTION_COMPLETED_EVENT_NOT_METERED';
export const NO_METER = 'INGESTION_COMPLETED_NO_MATCHING_METERS';
export const INVALID = 'INGESTION_FAILED_EVENT_INVALID';
const DUPLICATE = 'INGESTION_FAILED_DUPLICATE_EVENT';
const IN_PROGRESS = 'INGESTION_IN_PROGRESS';

/** A time of the week. @param day of March 2026; the 2nd is a Monday, and -26 one four weeks before */
export const at = (day: number, hour: number, minute: number) =>
  Date.UTC(2026, 2, day, hour, minute);

interface Lost {
  readonly status: string;
  readonly schema: { readonly name: string; readonly total: number };
  readonly description?: string;
  /** The accounts that lose events, with the numbers of the window. */
  readonly accounts: readonly Pick<AccountFacts, 'name' | 'lost' | 'total'>[];
  readonly perBucket: readonly number[];
}

/** An hour of the world, in which some events are lost. @param end of the window, epoch ms */
export function hourTo(
  end: number,
  { status, schema, description, accounts, perBucket }: Lost,
): Summary {
  const lost = perBucket.reduce((sum, events) => sum + events, 0);
  const ofGroup = (events: number) =>
    status === INVALID ? { unmetered: 0, failed: events } : { unmetered: events, failed: 0 };
  const rest: [string, number][] = [
    [IN_PROGRESS, 82],
    [DUPLICATE, 16],
  ];
  const metered: [string, number] = [METERED, WORLD - lost - 98];
  return {
    ...QUIET,
    byStatus:
      lost > metered[1] ? [[status, lost], metered, ...rest] : [metered, [status, lost], ...rest],
    topAccounts: accounts.slice(0, 5).map(({ name, lost: own, total }) => ({
      name,
      ...ofGroup(own),
      total,
    })),
    topSchemas: [{ ...schema, ...ofGroup(lost) }],
    descriptions: description === undefined ? [] : [{ text: description, events: lost }],
    samples: accounts.slice(0, 2).map(({ name }, index) => ({
      referenceId: `event.${index + 1}.tb9n2o.0`,
      id: `e-tb9n2o-${index}`,
      createdAt: end - (index + 1) * MINUTE_MS,
      status,
      accountId: name,
      schemaName: schema.name,
    })),
    perBucket,
  };
}

/** An hour in which all events are metered. */
const QUIET: Summary = {
  total: WORLD,
  byStatus: [
    [METERED, WORLD - 98],
    [IN_PROGRESS, 82],
    [DUPLICATE, 16],
  ],
  topAccounts: [],
  topSchemas: [],
  descriptions: [],
  samples: [],
  perBucket: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ignored: 0,
  malformed: 0,
  truncated: false,
  incomplete: false,
};

/** Togai has not decided about many events. */
export const BEHIND: Summary = {
  ...QUIET,
  byStatus: [
    [METERED, WORLD - 5_622],
    [IN_PROGRESS, 5_622],
  ],
  perBucket: [0, 0, 0, 0, 300, 640, 760, 780, 780, 787, 787, 788],
};
