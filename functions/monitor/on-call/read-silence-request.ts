import { SettingError } from '../errors.ts';
import { MAX_SILENCE_MS, type Silence, type SilenceScope } from '../incidents/silence.ts';
import { shortHash } from '../text/hash.ts';
import { printable } from '../text/text.ts';
import { parseThresholds } from '../thresholds/grammar.ts';
import { printSubject, type Threshold } from '../thresholds/threshold.ts';
import { durationInWords, parseDuration } from '../timeline/duration.ts';
import { HOUR_MS, MINUTE_MS } from '../timeline/time.ts';

/** A silence of everything must end soon, even if it is forgotten. */
export const MAX_HOURS_OF_ALL = 24;
const MAX_NAME = 500;
const MAX_AUTHOR = 80;
const MAX_COMMENT = 300;

/** A silence as a person asks for it. */
export type SilenceRequest = Pick<Silence, 'scope' | 'forMs' | 'by' | 'comment'>;

const SCOPES = ['account', 'subject', 'incident', 'all'] as const;
const FIELDS: readonly string[] = [...SCOPES, 'for', 'by', 'comment'];

/**
 * Reads `{"account": "acme", "for": "2h", "by": "mira", "comment": "migration"}`; `subject`, `incident` or `"all": true` may stand
 * in place of `account`.
 *
 * @throws SettingError that names the field
 */
export function readSilenceRequest(fields: object): SilenceRequest {
  const given = fields as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((field) => !FIELDS.includes(field));
  if (unknown !== undefined) {
    throw new SettingError(
      `"${printable(unknown, 40)}" is no field of a silence; the fields are ${FIELDS.join(', ')}`,
    );
  }
  const scope = readScope(given);
  const comment = given.comment === undefined ? undefined : textOf(given, 'comment', MAX_COMMENT);
  const by = readAuthor(given.by);
  return { scope, forMs: readLength(given.for, scope), by, ...(comment && { comment }) };
}

/** The person who makes or ends a silence. @throws SettingError */
export function readAuthor(by: unknown): string {
  return textOf({ by }, 'by', MAX_AUTHOR);
}

/**
 * A silence that begins now.
 *
 * @param now epoch ms; left out: it begins with the next run
 * @param attempt another number gives another id
 */
export function newSilence(request: SilenceRequest, now: number | undefined, attempt = 0): Silence {
  const id = `s-${shortHash(JSON.stringify([request, now, attempt])).slice(0, 4)}`;
  return { id, ...request, ...(now !== undefined && { from: now }) };
}

function readScope(given: Readonly<Record<string, unknown>>): SilenceScope {
  const named = SCOPES.filter((scope) => given[scope] !== undefined);
  const [kind] = named;
  if (named.length !== 1 || kind === undefined) {
    throw new SettingError(
      'a silence is of one thing: of an account, a subject, an incident, or of all',
    );
  }
  if (kind === 'all') {
    if (given.all === true) return { all: true };
    throw new SettingError('all: write true');
  }
  const text = textOf(given, kind, MAX_NAME);
  if (kind === 'account') return { account: text };
  return kind === 'incident' ? { incidentId: text } : { subject: readSubject(text) };
}

/** As rules write it. */
function readSubject(text: string): string {
  if (text === 'monitor') {
    throw new SettingError(
      'subject: failures of the monitor are never silenced; silence the incident by its id to stop its reminders',
    );
  }
  const rule = ruleOf(text);
  if (rule) return printSubject(rule.subject);
  throw new SettingError(
    `subject: "${printable(text, 80)}" is nothing that a rule can count; write it as a rule does, such as unmetered`,
  );
}

function ruleOf(subject: string): Threshold | undefined {
  try {
    const [rule, ...more] = parseThresholds(`${subject} >= 1`);
    return more.length === 0 ? rule : undefined;
  } catch {
    // The caller refuses it: a reason of the parser would be about a rule that the person has not
    // written.
    return undefined;
  }
}

function readLength(text: unknown, scope: SilenceScope): number {
  const forMs = typeof text === 'string' ? parseDuration(text) : undefined;
  if (forMs === undefined || forMs < MINUTE_MS) {
    throw new SettingError(
      `for: ${typeof text === 'string' ? `"${printable(text, 40)}"` : 'it'} is not a duration; write 30m, 2h or 3d`,
    );
  }
  if (forMs > MAX_SILENCE_MS) {
    throw new SettingError(`for: a silence lasts ${durationInWords(MAX_SILENCE_MS)} at most`);
  }
  if ('all' in scope && forMs > MAX_HOURS_OF_ALL * HOUR_MS) {
    throw new SettingError(`for: a silence of everything lasts ${MAX_HOURS_OF_ALL} hours at most`);
  }
  return forMs;
}

function textOf(given: Readonly<Record<string, unknown>>, field: string, longest: number): string {
  const text = given[field];
  if (typeof text !== 'string' || text.trim() === '') {
    throw new SettingError(`${field}: write a text that is not empty`);
  }
  if (text.length > longest) {
    throw new SettingError(`${field}: it has more than ${longest} characters`);
  }
  return text.trim();
}
