import { KNOWN_STATUSES, STATUS_GROUPS } from '../events/status-groups.ts';

/**
 * The grammars of text settings as regular expressions of the whole value. CloudFormation checks a parameter
 * with its pattern, before it changes anything. A pattern meets these rules:
 *
 * - Java (CloudFormation) and JavaScript (tests) read it alike.
 * - It keeps the value short in bytes: the environment of a function holds 4 KB. A value is printable ASCII. Ignore lists
 *   may also hold other characters, and are shorter then.
 * - It is a little stricter than its parser, so that every accepted value works.
 *
 * The parser checks the rest: 30 February, for example, or a rule that is written twice.
 */

const either = (...choices: string[]) => `(?:${choices.join('|')})`;

/** A count of events: `0` to `999999999`, and the same without `0`. */
const COUNT = '[0-9]{1,9}';
const COUNT_OVER_0 = '[1-9][0-9]{0,8}';
/** A share: up to but not including 100%, and from above 0% to 100%. */
const DECIMALS = '(?:\\.[0-9]{1,6})?';
const SHARE_UNDER_100 = `[0-9]{1,2}${DECIMALS} *%`;
const SHARE_OVER_0 = `${either('100(?:\\.0{1,6})?', `[1-9][0-9]?${DECIMALS}`, '0\\.(?!0+ *%)[0-9]{1,6}')} *%`;

/** Without `>= 0`, which is always breached, and `< 0`, which never is. */
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
const MINUTES = '(?:[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440) *m';
const HOURS = '(?:[1-9]|1[0-9]|2[0-4]) *h';
const HOURS_AND_MINUTES = '(?:[1-9]|1[0-9]|2[0-3])h[1-5]?[0-9]m';
/** 1 minute to 24 hours. */
const FOR = `(?: +for +${either(MINUTES, HOURS, HOURS_AND_MINUTES)})?`;
/** `total` has no share: it is always 100%. */
const RULE = `(?!total[^,]*%)${SUBJECT}${LIMITED}${FOR}(?: +critical)?`;

/** For `parseThresholds`. Forty rules at most, because Java's stack grows with the repetitions. */
export const THRESHOLDS_PATTERN = `^(?!,)(?:(?:^|,) *${RULE} *){1,40}$`;

const MONTH_AND_DAY = '(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])';

/** A character of a name in any script, within quotes: all but control characters and the quote. */
const QUOTED = '[^\\x00-\\x1f\\x7f"]';
const UNQUOTED_NAME = '[^\\x00- \\x7f",][^\\x00-\\x1f\\x7f,]*';
/** Not empty: a quote inside is written twice. */
const QUOTED_NAME = `"(?!"(?!"))${QUOTED}*(?:""${QUOTED}*)*" *(?:@ *[0-9]{4}-${MONTH_AND_DAY} *)?`;
const IGNORE_ENTRY = ` *(?:${QUOTED_NAME}|${UNQUOTED_NAME})?`;
const BAD_LAST_DAY = `.*@ *[0-9]{4}-(?!${MONTH_AND_DAY} *(?:,|$))[0-9]{1,2}-[0-9]{1,2} *(?:,|$)`;
export const MAX_IGNORE_LIST = 500;
/** Characters of four bytes take no more room in the function's environment than an ASCII list. */
const ROOM = `(?=[ -~]*$|.{0,${MAX_IGNORE_LIST / 4}}$)`;

/** For `parseIgnoreList`. A last day has a month up to 12 and a day up to 31. */
export const IGNORE_LIST_PATTERN = `^${ROOM}(?!${BAD_LAST_DAY})${IGNORE_ENTRY}(?:,${IGNORE_ENTRY})*$`;

export const MAX_TIME_ZONE = 40;
/** For `parseTimeZone`: letters, digits and the signs of names such as `America/Port-au-Prince`. */
export const TIME_ZONE_PATTERN = `^[A-Za-z][\\w+/-]{1,${MAX_TIME_ZONE - 1}}$`;

const HOST_NAME = '(?:[A-Za-z0-9-]+\\.)*[A-Za-z][A-Za-z0-9-]*';

const OCTET = either('25[0-5]', '2[0-4][0-9]', '1[0-9]{2}', '[1-9]?[0-9]');
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;

const GROUP = '[0-9A-Fa-f]{1,4}';
const GROUPS = `(?:${GROUP}(?::${GROUP})*)?`;
/** Eight groups, or fewer than eight around one `::`. */
const IPV6 = `\\[${either(`(?:${GROUP}:){7}${GROUP}`, `(?!:*(?:${GROUP}:+){7}${GROUP})${GROUPS}::${GROUPS}`)}\\]`;

/** Up to 65535. */
const PORT = either(
  '[0-9]{1,4}',
  '[1-5][0-9]{4}',
  '6[0-4][0-9]{3}',
  '65[0-4][0-9]{2}',
  '655[0-2][0-9]',
  '6553[0-5]',
);

/** For `parseRunbookUrl`: a link, `none`, or nothing. */
export const LINK_PATTERN = `^(?:none|https?://${either(HOST_NAME, IPV4, IPV6)}(?::${PORT})?(?:[/?#][!#-&(-;=?-_a-{}~]*)?)?$`;
