import type { Cell, StoredLook } from '../history.ts';
import { HOUR } from '../world/scenario.ts';
import { isAskedFor } from './asked-hours.ts';
import { broken, type Complaint, minuteText } from './complaint.ts';
import { type AnsweredQuestion, holds } from './look-answers.ts';
import type { LookFold } from './look-fold.ts';
import { SETTLED } from './status-groups.ts';

export interface LookFacts {
  readonly look: StoredLook;
  readonly answers: readonly AnsweredQuestion[];
  /** The levels before the look. */
  readonly fold: LookFold;
  /** A first look counts every hour that overlaps the time from here on. */
  readonly countedFrom: number;
}

type Change = StoredLook['changes'][number];

/** After so many looks in a row a sum that fell is believed. */
const BELIEVED_AFTER = 2;

/** The first difference between a look and Togai's answers in that run. */
export function differenceOfLook(facts: LookFacts): Complaint | undefined {
  const { look, answers, fold } = facts;
  const labels = new Set([
    ...fold.labels,
    ...answers.flatMap(({ scope, hours }) => (scope === 'all' ? [...hours.keys()] : [])),
    ...look.changes.map(({ label }) => label),
  ]);
  for (const label of labels) {
    const wrong = isAskedFor(look, label)
      ? differenceOfHour(facts, label)
      : look.changes.some((change) => change.label === label)
        ? broken('look-as-answered', `${minuteText(label)} was not asked for, and has changes`)
        : undefined;
    if (wrong) return wrong;
  }
  return undefined;
}

function differenceOfHour(facts: LookFacts, label: number): Complaint | undefined {
  const { end } = facts.look;
  const answers = facts.answers.filter((one) => one.scope === 'all' && holds(one, label, end));
  if (answers.length === 0) {
    const text = `${minuteText(label)} counts as asked for, and no answer holds all of it`;
    return broken('look-as-answered', text);
  }
  // Ranges overlap, so an hour can have two answers. One of them has to fit.
  const problems = answers.map((answer) => differenceFrom(facts, label, answer));
  return problems.includes(undefined) ? undefined : problems[0];
}

function differenceFrom(
  facts: LookFacts,
  label: number,
  answer: AnsweredQuestion,
): Complaint | undefined {
  const { look, fold } = facts;
  const values = valuesOf(answer, label, fold);
  const sum = [...values.values()].reduce((all, value) => all + value, 0);
  const fell = sum < fold.sumOf(label);
  const isStale = fell && fold.staleInARow(label) < BELIEVED_AFTER;
  const changes = look.changes.filter((change) => change.label === label);
  if (isStale !== look.stale.includes(label)) {
    const text = `${minuteText(label)} went from ${fold.sumOf(label)} to ${sum}`;
    return broken('stale-hour-unused', `${text}, and is${isStale ? ' not' : ''} taken for stale`);
  }
  if (isStale) {
    if (changes.length === 0) return undefined;
    return broken('stale-hour-unused', `${minuteText(label)} is stale, and has changes`);
  }
  return (
    differenceOfCells(facts, label, 'all', values, changes) ??
    differenceOfExceptions(facts, label, changes) ??
    differenceOfNames(facts, label, values, changes)
  );
}

/**
 * The values of an hour by status. A value that an incomplete answer leaves out keeps its level;
 * else it is zero.
 */
function valuesOf(
  { scope, complete, hours }: AnsweredQuestion,
  label: number,
  fold: LookFold,
): Map<string, number> {
  const values = new Map<string, number>();
  for (const { status, value } of fold.cellsOf(label, scope)) {
    values.set(status, complete ? 0 : value);
  }
  for (const [status, value] of hours.get(label) ?? []) values.set(status, value);
  return values;
}

function differenceOfExceptions(
  facts: LookFacts,
  label: number,
  changes: readonly Change[],
): Complaint | undefined {
  const { end, exceptions } = facts.look;
  for (const { key } of exceptions) {
    const scope = `all/${key}`;
    const answers = facts.answers.filter((one) => one.scope === scope && holds(one, label, end));
    if (answers.length === 0 || !isAskedFor(facts.look, label, scope)) continue;
    const problems = answers.map((answer) =>
      differenceOfCells(facts, label, scope, valuesOf(answer, label, facts.fold), changes),
    );
    if (!problems.includes(undefined)) return problems[0];
  }
  return undefined;
}

function differenceOfCells(
  facts: LookFacts,
  label: number,
  scope: string,
  values: ReadonlyMap<string, number>,
  changes: readonly Change[],
): Complaint | undefined {
  for (const change of changes) {
    if (change.scope !== scope || values.has(change.status)) continue;
    return broken('look-as-answered', `${nameOf(change)} was in no answer`);
  }
  for (const [status, value] of values) {
    const cell = { label, scope, name: '', status };
    const wrong = differenceOfCell(facts, cell, value, changes);
    if (wrong) return wrong;
  }
  return undefined;
}

function differenceOfCell(
  facts: LookFacts,
  cell: Cell,
  value: number,
  changes: readonly Change[],
): Complaint | undefined {
  const change = changes.find(
    ({ scope, name, status }) =>
      scope === cell.scope && name === cell.name && status === cell.status,
  );
  const level = facts.fold.levelOf(cell);
  const from = level ?? (countsFromZero(facts, cell.label) ? 0 : undefined);
  const to = change?.to ?? level ?? 0;
  if (to !== value) {
    return broken('look-as-answered', `${nameOf(cell)} is ${to}, and Togai answered ${value}`);
  }
  // A level that a run knows no more may be stored again: nothing rises.
  if (!change || change.from === from || level === value) return undefined;
  const text = `${nameOf(cell)} counts from ${change.from ?? 'its first look on'}, and not from ${from ?? 'its first look on'}`;
  return broken('look-counts-from', text);
}

/**
 * Whether an hour counts from zero that was never asked for. It does if it began after the last
 * look, or in the first look if that counts it.
 */
function countsFromZero({ look, fold, countedFrom }: LookFacts, label: number): boolean {
  if (!look.isFirst) return label >= (fold.lastEnd ?? 0);
  return label + HOUR > countedFrom;
}

/** The names of the statuses that changed in this look. */
function differenceOfNames(
  facts: LookFacts,
  label: number,
  levels: ReadonlyMap<string, number>,
  changes: readonly Change[],
): Complaint | undefined {
  const rises = [...levels].map(([status, events]) => {
    const before = facts.fold.levelOf({ label, scope: 'all', name: '', status }) ?? 0;
    return { status, by: events - before };
  });
  const isOfNames = ({ scope, status }: AnsweredQuestion) =>
    (scope === 'account' || scope === 'schema') && status !== undefined && status !== SETTLED;
  const { end } = facts.look;
  const questions = facts.answers.filter((one) => isOfNames(one) && holds(one, label, end));
  for (const all of Map.groupBy(questions, ({ scope, status }) => `${scope} ${status}`).values()) {
    const own = rises.filter(({ status }) => all[0]?.statuses.includes(status));
    if (own.every(({ by }) => by === 0)) continue;
    const sum = own.reduce((total, { by }) => total + by, 0);
    const mayFall = own.every(({ by }) => by >= 0) ? 'no' : sum < 0 ? 'yes' : 'perhaps';
    const problems = all.map((answer) => namesFrom(facts, label, answer, changes, mayFall));
    if (!problems.includes(undefined)) return problems[0];
  }
  return undefined;
}

/** @param mayFall whether fewer events of a name are believed: only where the status itself fell */
function namesFrom(
  { fold }: LookFacts,
  label: number,
  { scope, status = '', hours, complete }: AnsweredQuestion,
  changes: readonly Change[],
  mayFall: 'yes' | 'no' | 'perhaps',
): Complaint | undefined {
  const own = changes.filter((change) => change.scope === scope && change.status === status);
  const answered = hours.get(label) ?? new Map<string, number>();
  const names = new Set([...answered.keys(), ...own.map(({ name }) => name)]);
  for (const name of names) {
    const cell = { label, scope, name, status };
    const level = fold.levelOf(cell) ?? 0;
    const value = answered.get(name) ?? (complete ? 0 : level);
    const to = own.find((one) => one.name === name)?.to ?? level;
    const isKept = to === level && value < level && mayFall !== 'yes';
    const isTaken = to === value && (value >= level || mayFall !== 'no');
    if (isKept || isTaken) continue;
    return broken('names-as-answered', `${nameOf(cell)} is ${to}, and ${value} was answered`);
  }
  return undefined;
}

function nameOf({ label, scope, name, status }: Cell): string {
  return `${minuteText(label)} ${[scope, name, status].filter(Boolean).join(' ')}`;
}
