import { SettingError } from '../errors.ts';
import { KNOWN_STATUSES, STATUS_GROUPS } from '../events/status-groups.ts';
import { printable } from '../text/text.ts';
import { parseDuration } from '../timeline/duration.ts';
import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';
import { Words } from './rule-words.ts';
import {
  type GroupedBy,
  type Operator,
  printThreshold,
  type Subject,
  type Threshold,
  type Unit,
} from './threshold.ts';

/** The form of a rule. */
export const GRAMMAR = '<subject> [by account|by schema] <op> <limit>[%] [for <n>m] [critical]';

const MAX_THRESHOLDS = 50;

export const MAX_LIMIT = 1_000_000_000;

const MAX_FOR_MS = 24 * HOUR_MS;

/**
 * Reads rules separated by commas, such as `unmetered >= 10, unmetered >= 5% for 15m critical`.
 *
 * @throws SettingError that names the rule, the column (in the rule, from 1) and the expected word
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
      `${thresholds.length} rules were given; at most ${MAX_THRESHOLDS} are evaluated, join or remove some`,
    );
  }
  const printed = thresholds.map(printThreshold);
  const repeated = printed.find((rule, index) => printed.indexOf(rule) !== index);
  if (repeated !== undefined) {
    throw new SettingError(`"${printable(repeated)}" is written twice; remove one of the two`);
  }
  return thresholds;
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
    ? words.take('minutes or hours, such as 15m or 1h', (word) => parseMinutes(word, words))
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
  const duration = parseDuration(word);
  if (duration !== undefined && duration <= MAX_FOR_MS) return duration / MINUTE_MS;
  return words.fail(
    `expected minutes or hours from 1m to ${MAX_FOR_MS / HOUR_MS}h after "for", found "${printable(word)}"`,
  );
}

/** Says why traffic cannot change the state of a rule, which is then a mistake. @returns `undefined` for a useful rule */
function alwaysOrNever(operator: Operator, limit: number, unit: Unit): string | undefined {
  if (operator === '>=' && limit === 0) return 'is always breached; write ">= 1" or "> 0"';
  if (operator === '<' && limit === 0) return 'is never breached; write "< 1"';
  if (unit === 'percent' && limit === 100) {
    if (operator === '>') return 'is never breached; write ">= 100%"';
    if (operator === '<=') return 'is always breached; write "< 100%"';
  }
  return undefined;
}
