import { SettingError } from '../errors.ts';
import { groupOf, isSettled, KNOWN_STATUSES, STATUS_GROUPS, type StatusGroup } from './status.ts';
import { nearest, printable } from './text.ts';

export type Operator = '>=' | '>' | '<=' | '<';
export type Severity = 'warning' | 'critical';
export type Unit = 'events' | 'percent';
type GroupedBy = 'account' | 'schema';

export type Subject =
  | { readonly kind: 'total' }
  | { readonly kind: 'group'; readonly group: StatusGroup }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'pattern'; readonly pattern: string };

/** One rule, parsed. */
export interface Threshold {
  readonly subject: Subject;
  /** Judged for each account, or each schema, on its own. */
  readonly by: GroupedBy | undefined;
  readonly operator: Operator;
  /** Events in the window, or percent 0–100 of the events that {@link shareBase} names. */
  readonly limit: number;
  readonly unit: Unit;
  /** How long it must hold before it fires, in minutes of window ends. 0: at once. */
  readonly forMinutes: number;
  readonly severity: Severity;
}

const GRAMMAR = '<subject> [by account|by schema] <op> <limit>[%] [for <n>m] [critical]';
const MAX_THRESHOLDS = 50;
const MAX_LIMIT = 1_000_000_000;
const MAX_FOR_MINUTES = 1_440;

/**
 * Reads rules separated by commas.
 *
 * @throws SettingError that names the rule, the column (1-based, in the rule) and what was expected
 */
export function parseThresholds(text: string): Threshold[] {
  if (text.trim() === '') {
    throw new SettingError(
      `no threshold was given; write at least one, such as "unmetered >= 10" (${GRAMMAR})`,
    );
  }
  const rules = text.split(',').map((rule) => rule.trim());
  const thresholds = rules.map((rule, index) => {
    if (rule !== '') return parseThreshold(rule);
    throw new SettingError(
      `rule ${index + 1} of ${rules.length} is empty; remove the comma or write a rule (${GRAMMAR})`,
    );
  });
  if (thresholds.length > MAX_THRESHOLDS) {
    throw new SettingError(
      `${thresholds.length} rules were given; at most ${MAX_THRESHOLDS} are judged, join or remove some`,
    );
  }
  const printed = thresholds.map(printThreshold);
  const repeated = printed.find((rule, index) => printed.indexOf(rule) !== index);
  if (repeated !== undefined) {
    throw new SettingError(`"${printable(repeated)}" is written twice; remove one of the two`);
  }
  return thresholds;
}

/** A threshold as a rule: the one spelling of it, which names its alert. */
export function printThreshold(threshold: Threshold): string {
  const { by, operator, limit, unit, forMinutes, severity } = threshold;
  return [
    printSubject(threshold.subject),
    by ? `by ${by}` : '',
    operator,
    `${limit}${unit === 'percent' ? '%' : ''}`,
    forMinutes > 0 ? `for ${forMinutes}m` : '',
    severity === 'critical' ? 'critical' : '',
  ]
    .filter((word) => word !== '')
    .join(' ');
}

export function printSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'total':
      return 'total';
    case 'group':
      return subject.group;
    case 'status':
      return subject.status;
    case 'pattern':
      return subject.pattern;
  }
}

/** Which statuses a subject counts. */
export function subjectMatcher(subject: Subject): (status: string) => boolean {
  switch (subject.kind) {
    case 'total':
      return () => true;
    case 'group':
      return (status) => groupOf(status) === subject.group;
    case 'status':
      return (status) => status === subject.status;
    case 'pattern':
      return patternMatcher(subject.pattern);
  }
}

/** `*` stands for any characters, or none. Time is linear in the length of the status. */
function patternMatcher(pattern: string): (status: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  return (status) => {
    if (!status.startsWith(first) || !status.endsWith(last)) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = status.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= status.length - last.length;
  };
}

/**
 * What a percentage is a share of: the settled events, or all of them for a subject that counts events
 * in progress or reverted, which are not settled.
 */
export function shareBase(subject: Subject): 'settled' | 'all' {
  const matches = subjectMatcher(subject);
  return KNOWN_STATUSES.some((status) => matches(status) && !isSettled(status)) ? 'all' : 'settled';
}

function parseThreshold(rule: string): Threshold {
  const words = new Words(rule);

  const subject = words.take('a subject (a status group, "total", a status or a pattern)', (word) =>
    parseSubject(word, words),
  );
  const by = words.takeIf('by')
    ? words.take('"account" or "schema"', (word) =>
        word === 'account' || word === 'schema'
          ? word
          : words.fail(
              `expected "account" or "schema" after "by", found "${printable(word)}"`,
              ['account', 'schema'],
              word,
            ),
      )
    : undefined;
  const operatorColumn = words.column;
  const operator = words.take(by ? '">=" or ">"' : '">=", ">", "<=" or "<"', (word) =>
    parseOperator(word, by, words),
  );
  const limitColumn = words.column;
  const { limit, unit } = words.take('a limit, such as 10 or 5%', (word) =>
    parseLimit(word, words),
  );
  const forMinutes = words.takeIf('for')
    ? words.take('minutes, such as 15m', (word) => parseMinutes(word, words))
    : 0;
  const severity = words.takeIf('critical') ? 'critical' : 'warning';
  words.end(forMinutes === 0 && severity === 'warning');

  if (by && (operator === '<' || operator === '<=')) {
    words.failAt(
      operatorColumn,
      `"by ${by}" goes with ">=" or ">" only: nobody knows the ${by}s that sent nothing`,
    );
  }
  if (unit === 'percent' && subject.kind === 'total') {
    words.failAt(
      limitColumn,
      '"total" is the whole; give it a count, or a share to another subject',
    );
  }
  const constant = alwaysOrNever(operator, limit, unit);
  if (constant) {
    words.failAt(limitColumn, `"${operator} ${limit}${unit === 'percent' ? '%' : ''}" ${constant}`);
  }
  return { subject, by, operator, limit, unit, forMinutes, severity };
}

function parseSubject(word: string, words: Words): Subject {
  if (word === 'total') return { kind: 'total' };
  const group = STATUS_GROUPS.find((name) => name === word);
  if (group) return { kind: 'group', group };
  if (KNOWN_STATUSES.includes(word)) return { kind: 'status', status: word };
  if (/^[A-Z0-9_*]*\*[A-Z0-9_*]*$/.test(word)) {
    return { kind: 'pattern', pattern: word.replace(/\*+/g, '*') };
  }
  const hint = /^[A-Z][A-Z0-9_]*$/.test(word)
    ? `; a status that this version does not know is written as a pattern, "${printable(word)}*"`
    : '';
  return words.fail(
    `"${printable(word)}" is no status, group or pattern`,
    [...STATUS_GROUPS, 'total', ...KNOWN_STATUSES],
    word,
    hint,
  );
}

function parseOperator(word: string, by: GroupedBy | undefined, words: Words): Operator {
  if (word === '>=' || word === '>' || word === '<=' || word === '<') return word;
  const expected = by ? '">=" or ">"' : '">=", ">", "<=" or "<"';
  const before = by ? '' : ' (or "by account", "by schema")';
  return words.fail(`expected ${expected}${before}, found "${printable(word)}"`);
}

function parseLimit(word: string, words: Words): { limit: number; unit: Unit } {
  const parts = /^(\d{1,10}(?:\.\d{1,6})?)(%?)$/.exec(word);
  if (!parts) {
    return words.fail(
      `expected a limit, a count such as 10 or a share such as 5%, found "${printable(word)}"`,
    );
  }
  const limit = Number(parts[1]);
  if (parts[2] === '%') {
    if (limit > 100) return words.fail(`a share is at most 100%, found "${word}"`);
    return { limit, unit: 'percent' };
  }
  if (!Number.isInteger(limit)) {
    return words.fail(`a count of events is a whole number, found "${word}"`);
  }
  if (limit > MAX_LIMIT) return words.fail(`a count is at most ${MAX_LIMIT}, found "${word}"`);
  return { limit, unit: 'events' };
}

function parseMinutes(word: string, words: Words): number {
  const parts = /^(\d{1,6})m$/.exec(word);
  const minutes = Number(parts?.[1]);
  if (parts && minutes >= 1 && minutes <= MAX_FOR_MINUTES) return minutes;
  return words.fail(
    `expected minutes from 1m to ${MAX_FOR_MINUTES}m after "for", found "${printable(word)}"`,
  );
}

/** A rule that traffic cannot change is a slip of the pen. */
function alwaysOrNever(operator: Operator, limit: number, unit: Unit): string | undefined {
  if (operator === '>=' && limit === 0) return 'is always crossed; write ">= 1" or "> 0"';
  if (operator === '<' && limit === 0) return 'is never crossed; write "< 1"';
  if (unit === 'percent' && limit === 100) {
    if (operator === '>') return 'is never crossed; write ">= 100%"';
    if (operator === '<=') return 'is always crossed; write "< 100%"';
  }
  return undefined;
}

/** The words of a rule, taken from left to right, each with its column. */
class Words {
  readonly #rule: string;
  readonly #words: { text: string; column: number }[];
  #next = 0;

  constructor(rule: string) {
    this.#rule = rule;
    // `unmetered>=10` reads like `unmetered >= 10`, `5 %` like `5%` and `15 m` like `15m`.
    const joined = /[<>=!]+|\d[\d.]*\s*(?:%|m\b)|[^\s<>=!]+/gu;
    this.#words = [...rule.matchAll(joined)].map(({ 0: text, index }) => ({
      text: text.replace(/\s+/g, ''),
      column: Array.from(rule.slice(0, index)).length + 1,
    }));
  }

  /** The column of the word that is taken next. */
  get column(): number {
    return this.#words[this.#next]?.column ?? Array.from(this.#rule).length + 1;
  }

  take<T>(expected: string, parse: (word: string) => T): T {
    const word = this.#words[this.#next];
    if (!word) return this.fail(`expected ${expected}, found the end of the rule`);
    const value = parse(word.text);
    this.#next++;
    return value;
  }

  takeIf(text: string): boolean {
    if (this.#words[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  end(mayContinue: boolean): void {
    const word = this.#words[this.#next];
    if (!word) return;
    const expected = mayContinue
      ? '"for <n>m", "critical" or the end of the rule'
      : 'the end of the rule (a comma separates rules)';
    this.fail(
      `expected ${expected}, found "${printable(word.text)}"`,
      ['for', 'critical'],
      word.text,
    );
  }

  fail(problem: string, candidates: Iterable<string> = [], word = '', hint = ''): never {
    return this.failAt(this.column, problem, candidates, word, hint);
  }

  failAt(
    column: number,
    problem: string,
    candidates: Iterable<string> = [],
    word = '',
    hint = '',
  ): never {
    const suggestion = nearest(word, candidates);
    const question = suggestion === undefined ? hint : `; did you mean "${suggestion}"?`;
    throw new SettingError(`"${printable(this.#rule)}": column ${column}: ${problem}${question}`);
  }
}
