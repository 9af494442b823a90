import { TogaiError } from '../../errors.ts';
import type { IgnoreLists } from '../../events/counts.ts';
import { type AskedRange, type Exception, type LevelChange, SETTLED } from '../../events/look.ts';
import type { MetricQuery } from '../../events/metrics-answer.ts';
import { DOCUMENTED_STATUSES, isSettled } from '../../events/status-groups.ts';
import type { Threshold } from '../../thresholds/threshold.ts';
import { HOUR_MS, type Range } from '../../timeline/time.ts';
import type { Asker, Observation } from './asker.ts';
import { type BaseChanges, hoursOf, type Moved, scopeOf, sumOf, within } from './base-changes.ts';
import type { Levels } from './levels.ts';
import { nameChanges, namesAreTold, totalChanges } from './name-changes.ts';
import {
  type By,
  classesOf,
  type NamesTold,
  needsTotals,
  type StatusClass,
} from './status-classes.ts';

/** So few events in an old hour name nobody: each old hour costs a request. */
const FEW = 10;
/** The most accounts, or schemas, whose settled events are asked for: two hours of each are one answer. */
const MAX_FOLLOWED = 149;

const GROUPING_OF = { account: 'ACCOUNT_ID', schema: 'SCHEMA_NAME' } as const;
const BYS: readonly By[] = ['account', 'schema'];

export interface NamesRequest {
  /** Only what lies within is asked for, epoch ms. @default whole hours */
  readonly clip?: Range | undefined;
  readonly namesFrom: number;
  /** After the look before. */
  readonly levels: Levels;
  readonly newFrom: number;
  readonly exceptions: readonly Exception[];
  readonly found: BaseChanges;
  readonly thresholds: readonly Threshold[];
  readonly ignoreLists: IgnoreLists;
  readonly followed: Readonly<Record<By, Iterable<string>>>;
  readonly withNames: boolean;
}

export interface NamesOfLook {
  readonly changes: readonly LevelChange[];
  readonly asked: readonly AskedRange[];
  readonly told: NamesTold;
}

const NOTHING: NamesOfLook = { changes: [], asked: [], told: new Map() };

/**
 * Asks whose events changed, and how many events the accounts that lost some have in all.
 *
 * @throws TogaiError; a server that refuses to group leaves the names unknown
 */
export async function namesOfLook(asker: Asker, request: NamesRequest): Promise<NamesOfLook> {
  if (!request.withNames) return NOTHING;
  const named = await whoseEvents(asker, request);
  const totals = await allOfTheirs(asker, request, named);
  return { ...named, changes: [...named.changes, ...totals] };
}

/** Hours that are asked for together, and what changed in them. */
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

async function whoseEvents(asker: Asker, request: NamesRequest): Promise<NamesOfLook> {
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
      const isTold = levels.hasNames(by) || namesAreTold(observed);
      if (isTold !== undefined) told.set(by, isTold);
      if (isTold === false) continue;
      changes.push(...nameChanges({ levels, newFrom, scope, observed }, statusClass, moved));
      const { name: status, statuses } = statusClass;
      const { complete } = observed;
      for (const hour of hoursOf(moved, statuses)) asked.push({ scope, status, ...hour, complete });
    }
  }
  return { changes, asked, told };
}

interface Answered {
  readonly question: NameQuery;
  readonly observed: Observation;
}

/** Asks by account and by schema together. A server that refuses that is asked by each alone, to see which it refuses. */
async function answersOf(
  asker: Asker,
  request: NamesRequest,
  stretch: Stretch & { readonly told: Map<By, boolean> },
): Promise<Answered[]> {
  const { range, classes, told } = stretch;
  const ask = async (bys: readonly By[]): Promise<Answered[]> => {
    const questions = nameQueries(bys, classes, request.exceptions);
    const queries = questions.map(({ query }) => query);
    const wanted = clipped(range, request.clip);
    const answers = await askWhole(asker, wanted, queries, request.found.moved, classes);
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
 * The hours that changed, in ranges that are worth a request, with the classes that changed in each. The newest hours are one
 * range; of older ones each is.
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
    .map((moved) => moved.filter(({ by }) => Math.abs(by) >= FEW))
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
      // Names of ignored accounts are dropped, so only the ignored schemas are missing from the others, and the other way round.
      const parts = exceptions.filter(({ accounts, schema }) =>
        by === 'account' ? schema !== undefined && accounts.length === 0 : schema === undefined,
      );
      return [
        whole,
        ...parts.map((part) => ({
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
  asker: Asker,
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

/** Adds the settled events of the names that lost some: a share needs them. */
async function allOfTheirs(
  asker: Asker,
  request: NamesRequest,
  { changes: named, told }: NamesOfLook,
): Promise<LevelChange[]> {
  const { namesFrom, levels, newFrom, found, clip } = request;
  const labels = [...new Set(found.moved.map(({ label }) => label))].filter(
    (label) => label >= namesFrom,
  );
  const wanted = BYS.filter((by) => told.get(by) !== false)
    .map((by) => ({ by, names: namesToFollow(by, request, named) }))
    .filter(({ names }) => names.length > 0);
  if (labels.length === 0 || wanted.length === 0 || !asker.mayAsk) return [];
  const range = { start: Math.min(...labels), end: Math.max(...labels) + HOUR_MS };
  const answers = await asker.ask({
    wanted: clipped(range, clip),
    isWidened: false,
    queries: wanted.map(totalsQuery),
  });
  return wanted.flatMap(({ by, names }) => {
    const observed = answers.get(totalsId(by));
    return observed ? totalChanges({ levels, newFrom, scope: by, observed }, names, labels) : [];
  });
}

/** The names whose settled events are asked for: those with changes, the most first, and those that lost events before. */
function namesToFollow(
  by: By,
  { thresholds, ignoreLists, followed }: NamesRequest,
  named: readonly LevelChange[],
): string[] {
  if (!needsTotals(thresholds, by)) return [];
  const ignored = by === 'account' ? ignoreLists.accounts : ignoreLists.schemas;
  const lost = named.filter(({ scope }) => scope === by).sort((a, b) => b.to - a.to);
  const all = new Set([...lost.map(({ name }) => name), ...followed[by]]);
  return [...all].filter((name) => name !== '' && !ignored.has(name)).slice(0, MAX_FOLLOWED);
}

function totalsQuery({ by, names }: { readonly by: By; readonly names: readonly string[] }) {
  return {
    id: totalsId(by),
    groupBy: GROUPING_OF[by],
    statuses: DOCUMENTED_STATUSES.filter(isSettled),
    // Togai takes one schema in a filter, and there are few schemas.
    ...(by === 'account' && { accounts: names }),
  };
}

function totalsId(by: By): string {
  return `${SETTLED} ${by}`;
}

function clipped({ start, end }: Range, clip: Range | undefined): Range {
  return clip
    ? { start: Math.max(start, clip.start), end: Math.min(end, clip.end) }
    : { start, end };
}
