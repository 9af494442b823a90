import { TogaiError } from '../../errors.ts';
import { sumOf } from '../../events/counts.ts';
import type { AskedRange, Exception, LevelChange } from '../../events/look-record.ts';
import type { MetricQuery } from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES } from '../../events/status-groups.ts';
import { DAY_MS, HOUR_MS, type Range } from '../../timeline/time.ts';
import { type TotalsRequest, totalsOfLook } from './ask-for-totals.ts';
import { changesByName, namesAreTold } from './changes-by-name.ts';
import { hoursOf, type Moved, scopeOf, within } from './changes-of-totals.ts';
import { partsWithin } from './ignored-parts.ts';
import type { Levels } from './levels.ts';
import type { MetricsAsker, Observation } from './metrics-asker.ts';
import {
  BYS,
  type By,
  classesOf,
  GROUPING_OF,
  type NamesTold,
  type StatusClass,
} from './status-classes.ts';

/** The hours that are asked for together: the open hour and the one before, at any minute of the hour. */
const RECENT_MS = 2 * HOUR_MS;
/** So few events in an old hour are not asked for by name: each old hour costs a request. */
const LEAST_IN_OLD_HOUR = 10;
/** Without a name in the events of so long, names are said to be missing. */
const NAMES_MS = DAY_MS;

export interface NamesRequest extends TotalsRequest {
  readonly withNames: boolean;
}

/** Where the hours begin that are asked for together. @param end of the look @returns epoch ms */
export function namesFrom(end: number): number {
  return end - RECENT_MS + 1;
}

export interface NamesOfLook {
  readonly changes: readonly LevelChange[];
  readonly asked: readonly AskedRange[];
  readonly told: NamesTold;
}

const NOTHING: NamesOfLook = { changes: [], asked: [], told: new Map() };

/**
 * Asks for the accounts and schemas of the events that changed, and for all events of the names
 * with a loss.
 *
 * @throws TogaiError; a server that refuses to group leaves the names unknown
 */
export async function namesOfLook(
  asker: MetricsAsker,
  request: NamesRequest,
): Promise<NamesOfLook> {
  if (!request.withNames) return NOTHING;
  const named = await whoseEvents(asker, request);
  const totals = await totalsOfLook(asker, request, named);
  return { ...named, changes: [...named.changes, ...totals] };
}

/** Hours that are asked for together, and their changes. */
interface Stretch {
  readonly range: Range;
  readonly classes: readonly StatusClass[];
}

/** A question about a class of statuses, by account or schema, perhaps of an exception alone. */
interface NameQuery {
  readonly query: MetricQuery;
  readonly by: By;
  readonly scope: string;
  readonly statusClass: StatusClass;
}

async function whoseEvents(asker: MetricsAsker, request: NamesRequest): Promise<NamesOfLook> {
  const { levels, newFrom, found } = request;
  const changes: LevelChange[] = [];
  const asked: AskedRange[] = [];
  const told = new Map<By, boolean>();
  for (const { range, classes } of stretchesOf(request)) {
    if (!asker.mayAsk) break;
    const moved = within(found.moved, range);
    const answers = await answersOf(asker, request, { range, classes, told });
    for (const { question, observed } of answers) {
      const { by, scope, statusClass } = question;
      const isTold = told.get(by) ?? (await tellsNames(asker, by, range, levels, observed));
      if (isTold !== undefined) told.set(by, isTold);
      if (isTold === false) continue;
      changes.push(...changesByName({ levels, newFrom, scope, observed }, statusClass, moved));
      const { name: status, statuses } = statusClass;
      const { complete } = observed;
      for (const hour of hoursOf(moved, statuses)) asked.push({ scope, status, ...hour, complete });
    }
  }
  return { changes, asked, told };
}

/** Lost events may all be without an account. So before names are said to be missing, all events of {@link NAMES_MS} are asked for theirs. */
async function tellsNames(
  asker: MetricsAsker,
  by: By,
  { end }: Range,
  levels: Levels,
  observed: Observation,
): Promise<boolean | undefined> {
  const isTold = levels.hasNames(by) || namesAreTold(observed);
  if (isTold !== false || !asker.mayAsk) return isTold;
  const id = 'names';
  const query = { id, groupBy: GROUPING_OF[by], statuses: DOCUMENTED_STATUSES };
  const wanted = { start: end - NAMES_MS, end };
  const answers = await asker.askBriefly({ wanted, isWidened: false, queries: [query] });
  const ofDay = answers.get(id);
  return ofDay !== undefined && namesAreTold(ofDay) === true;
}

interface Answered {
  readonly question: NameQuery;
  readonly observed: Observation;
}

/** Asks by account and by schema together. A server that refuses that is asked by each alone, to see which it refuses. */
async function answersOf(
  asker: MetricsAsker,
  request: NamesRequest,
  stretch: Stretch & { readonly told: Map<By, boolean> },
): Promise<Answered[]> {
  const { range, classes, told } = stretch;
  const ask = async (bys: readonly By[]): Promise<Answered[]> => {
    const questions = nameQueries(bys, classes, request.exceptions);
    const queries = questions.map(({ query }) => query);
    const answers = await askWhole(asker, range, queries, request.found.moved, classes);
    return questions.flatMap((question) => {
      const observed = answers.get(question.query.id);
      return observed ? [{ question, observed }] : [];
    });
  };
  const bys = BYS.filter((by) => told.get(by) !== false);
  try {
    return bys.length > 0 ? await ask(bys) : [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const answered: Answered[] = [];
    for (const by of bys) {
      try {
        if (asker.mayAsk && bys.length > 1) answered.push(...(await ask([by])));
        else told.set(by, false);
      } catch (other) {
        if (!isRefusal(other)) throw other;
        told.set(by, false);
      }
    }
    return answered;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TogaiError && error.failure === 'refused';
}

/**
 * The hours that changed, in ranges that are worth a request, with the classes that changed in
 * each. The newest hours are one range. Each older hour is one.
 */
function stretchesOf({ namesFrom, found, thresholds }: NamesRequest): Stretch[] {
  const classes = classesOf(thresholds);
  const isRecent = ({ label }: Moved) => label >= namesFrom;
  const recent = found.moved.filter(isRecent);
  const older = Map.groupBy(
    found.moved.filter((each) => !isRecent(each)),
    ({ label }) => label,
  );
  const oldest = [...older.values()]
    .map((moved) => moved.filter(({ by }) => Math.abs(by) >= LEAST_IN_OLD_HOUR))
    .sort((a, b) => (b[0]?.label ?? 0) - (a[0]?.label ?? 0));
  return [recent, ...oldest].flatMap((moved) => {
    const changed = classes.filter(({ statuses }) =>
      moved.some(({ status }) => statuses.includes(status)),
    );
    const labels = moved.map(({ label }) => label);
    const range = { start: Math.min(...labels), end: Math.max(...labels) + HOUR_MS };
    return changed.length === 0 ? [] : [{ range, classes: changed }];
  });
}

function nameQueries(
  bys: readonly By[],
  classes: readonly StatusClass[],
  exceptions: readonly Exception[],
): NameQuery[] {
  return bys.flatMap((by) =>
    classes.flatMap((statusClass) => {
      const query = { groupBy: GROUPING_OF[by], statuses: statusClass.statuses };
      const whole = {
        by,
        scope: by,
        statusClass,
        query: { ...query, id: `${by} ${statusClass.name}` },
      };
      return [
        whole,
        ...partsWithin(by, exceptions).map((part) => ({
          by,
          scope: scopeOf(by, part),
          statusClass,
          query: {
            ...query,
            id: `${scopeOf(by, part)} ${statusClass.name}`,
            accounts: part.accounts.length > 0 ? part.accounts : undefined,
            schema: part.schema,
          },
        })),
      ];
    }),
  );
}

/** Asks for hours as they are labelled. If the answer shows that Togai cut them, an hour more at both ends is asked for. */
async function askWhole(
  asker: MetricsAsker,
  wanted: Range,
  queries: readonly MetricQuery[],
  moved: readonly Moved[],
  classes: readonly StatusClass[],
): Promise<Map<string, Observation>> {
  const answers = await asker.ask({ wanted, isWidened: false, queries });
  const lacks = classes.some(({ name, statuses }) => {
    const observed = answers.get(`account ${name}`);
    if (!observed?.complete) return false;
    const counted = within(moved, wanted).filter(({ status }) => statuses.includes(status));
    return counted.some(({ label }) => {
      const inHour = counted.filter((each) => each.label === label);
      // Some may have changed their status since.
      const expected = inHour.reduce((sum, { to, hasFallen }) => sum + (hasFallen ? 0 : to), 0);
      return sumOf(observed.hours.get(label)) < 0.9 * expected;
    });
  });
  return lacks && asker.mayAsk ? asker.ask({ wanted, isWidened: true, queries }) : answers;
}
