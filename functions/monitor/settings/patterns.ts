import { KNOWN_STATUSES, STATUS_GROUPS } from '../events/status-groups.ts';

/**
 * What the parsers of settings take, as regular expressions of whole values: CloudFormation refuses by them what
 * is wrong before anything changes. Each is written in what Java and JavaScript both know, takes printable ASCII
 * only (the environment of a function holds 4 KB, and ASCII is a byte a character), and is a little stricter than
 * its parser. What a regular expression cannot say (a rule that is written twice, 30 February) is left to the parser.
 */

const either = (...choices: string[]) => `(?:${choices.join('|')})`;

/** A count of events: `0` to `999999999`, and the same without `0`. */
const COUNT = '[0-9]{1,9}';
const COUNT_OVER_0 = '[1-9][0-9]{0,8}';
/** A share: up to 100%; the same without 0%; and without 100%. */
const DECIMALS = '(?:\\.[0-9]{1,6})?';
const SHARE_UNDER_100 = `[0-9]{1,2}${DECIMALS} *%`;
const SHARE_OVER_0 = `${either('100(?:\\.0{1,6})?', `[1-9][0-9]?${DECIMALS}`, '0\\.(?!0+ *%)[0-9]{1,6}')} *%`;

/** `>= 0` is always breached, `< 0` never: neither is meant. */
const AT_LEAST = either(
  `>= *${either(SHARE_OVER_0, COUNT_OVER_0)}`,
  `> *${either(SHARE_UNDER_100, COUNT)}`,
);
const AT_MOST = either(
  `<= *${either(SHARE_UNDER_100, COUNT)}`,
  `< *${either(SHARE_OVER_0, COUNT_OVER_0)}`,
);
const SUBJECT = either('total', ...STATUS_GROUPS, ...KNOWN_STATUSES, '[A-Z0-9_]*\\*[A-Z0-9_*]*');
const LIMITED = either(`(?: +by +(?:account|schema))? *${AT_LEAST}`, ` *${AT_MOST}`);
/** 1 to 1440 minutes. */
const FOR = '(?: +for +(?:[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440) *m)?';
/** `total` is the whole of a share, so it has none. */
const RULE = `(?!total[^,]*%)${SUBJECT}${LIMITED}${FOR}(?: +critical)?`;

/** Of `parseThresholds`; bounded, so that Java's stack is never used up by it. */
export const THRESHOLDS_PATTERN = `^(?!,)(?:(?:^|,) *${RULE} *){1,40}$`;

const MONTH_AND_DAY = '(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])';

/** Of `parseWaivers`: a last day is a day, or at least looks like one. */
export const IGNORE_LIST_PATTERN = `^(?!.*@ *[0-9]{4}-(?!${MONTH_AND_DAY} *(?:,|$))[0-9]{1,2}-[0-9]{1,2} *(?:,|$))[ -~]*$`;

const TIME_OF_DAY = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';

/** Of `parseTime`, or nothing. */
export const TIME_PATTERN = `^(?:20[0-9]{2}-${MONTH_AND_DAY}T${TIME_OF_DAY}(?::[0-5][0-9](?:\\.[0-9]{1,9})?)?(?:Z|[+-]${TIME_OF_DAY})?)?$`;

/** A link for messages, or nothing; its host is a name. */
export const LINK_PATTERN =
  '^(?:https?://(?:[A-Za-z0-9-]+\\.)*[A-Za-z][A-Za-z0-9-]*(?::[0-9]{1,4})?(?:[/?#][!#-&(-;=?-_a-{}~]*)?)?$';
