import { nameText } from '../../text/name-text.ts';
import { NO_CAUSE, QUOTE, reasonOfSubject } from '../cause-and-next-step-by-status.ts';
import type { IncidentFacts } from '../notification.ts';
import { countAccounts, type Escape, isOne } from './phrases.ts';
import { timeText, type When } from './times.ts';

/** The cause and the next step: Togai's record of a sample knows best, else the status does. */

/** `acme has no price plan. Togai took the events in and billed none. Schema: api_calls.` */
export function whyText(about: IncidentFacts, escapeText: Escape): string {
  return causeText(about, escapeText, (text) => text);
}

/** The same once it is over: `acme had no price plan.` */
export function whyItWasText(about: IncidentFacts, escapeText: Escape): string {
  return causeText(about, escapeText, inPast);
}

const PAST: Readonly<Record<string, string>> = {
  has: 'had',
  have: 'had',
  refuses: 'refused',
  matches: 'matched',
  knows: 'knew',
  'does not know': 'did not know',
  gives: 'gave',
  filters: 'filtered',
  filter: 'filtered',
  applies: 'applied',
  are: 'were',
  is: 'was',
};

const PRESENT = new RegExp(`\\b(?:${Object.keys(PAST).join('|')})\\b`, 'g');

/** The sentences after the first stay true: they are about Togai's rules. */
function inPast(text: string): string {
  const [first = ''] = /^[^.]*/.exec(text) ?? [];
  return first.replace(PRESENT, (verb) => PAST[verb] ?? verb) + text.slice(first.length);
}

function causeText(
  about: IncidentFacts,
  escapeText: Escape,
  inTense: (text: string) => string,
): string {
  const [found] = about.why;
  if (!found) {
    const { why, isCause, status } = reasonOf(about);
    const named = `${isCause ? '' : `${NO_CAUSE}. `}${withName(why, about, escapeText, inTense)}`;
    return status === undefined ? named : `${named} Status: ${escapeText(status)}.`;
  }
  const why = withName(escapeText(found.why, 600), about, escapeText, inTense);
  const [schema, ...others] = about.summary.topSchemas;
  const isOfOne = schema && others.length === 0 && !about.summary.truncated;
  // Many accounts have a sentence of their own about their common cause.
  if (!isOfOne || !isOne(about)) return why;
  return `${why} Schema: ${escapeText(nameText('schema', schema.name))}.`;
}

/** A longer name would make a sentence hard to read; it stands in the first line. */
const MAX_NAME = 40;

/** The account by its name, in a sentence of this monitor; not in one of Togai, which is quoted. */
function withName(
  text: string,
  about: IncidentFacts,
  escapeText: Escape,
  inTense: (text: string) => string = (own) => own,
): string {
  const [own = '', ...quoted] = text.split(QUOTE);
  return [ownWithName(inTense(own), about, escapeText), ...quoted].join(QUOTE);
}

function ownWithName(text: string, about: IncidentFacts, escapeText: Escape): string {
  const [account] = about.accounts;
  if (account && isOne(about)) {
    const name = escapeText(nameText('account', account.name));
    return name.length > MAX_NAME ? text : text.replace(/\b[Tt]he account\b/, () => name);
  }
  return countAccounts(about) < 2
    ? text
    : text
        .replace('The account has', 'These accounts have')
        .replace('The account had', 'These accounts had')
        .replace('the account', 'each account');
}

function reasonOf({ subject, summary }: IncidentFacts) {
  return reasonOfSubject(subject, summary.byStatus);
}

/** The next step, and for a loss the one after it. */
export function doTexts(about: IncidentFacts, escapeText: Escape): string[] {
  const next = about.why[0]?.next ?? reasonOf(about).next;
  const first = withName(escapeText(next, 400), about, escapeText);
  if (about.nature === 'level') return [first];
  return [first, 'After RESOLVED, recover the lost events.'];
}

/** `30 Nov 18:30 UTC: billing cycle closes.` */
export function deadlineText(about: IncidentFacts, when: When): string {
  if (about.cycleEnd === undefined) return '';
  const which = countAccounts(about) > 1 ? 'first ' : '';
  return `${timeText(about.cycleEnd, when)}: ${which}billing cycle closes.`;
}
