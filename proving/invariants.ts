/** Everything that the judge checks: the id of each invariant, and the sentence that holds. `npm run docs` lists them. */
export const INVARIANTS = {
  'count-not-above-truth':
    'No number of a stored bucket is higher than the truth allows for the time of its count.',
  'count-not-below-truth':
    'No number of a complete bucket is lower than the truth requires, except among truncated names.',
  'look-as-answered':
    'Every level of a stored look is the number that Togai metrics answered in that run.',
  'look-counts-from':
    'A cell counts from its level, from zero if its hour began after the last look or was asked for, and else from its first look on.',
  'look-asks-for-all-hours':
    'A look asks for the open hour, the one before and the next, and the first look of an hour for the last day as well.',
  'looks-in-order':
    'A look ends at the newest five-minute mark, begins at the end of the look before, and counts nothing if it is stored after a later one.',
  'stale-hour-unused':
    'An hour whose sum fell is not used, until it has fallen in three looks in a row.',
  'names-as-answered':
    'The accounts and schemas of a status that changed are those that Togai metrics answered.',
  'rises-are-true':
    'From one look to the next each status of an hour rises by the events that the truth has.',
  'zero-is-proved':
    'A look without a rise is stored only if the list shows that nothing came since the look before.',
  'sources-agree':
    'The listing and Togai metrics count the same in hours that are over and were not corrected.',
  'source-has-a-reason': 'A run names its counting source, and says why.',
  'list-is-proven':
    'With `auto`, a run counts by the listing only where a list by createdAt was seen, or metrics cannot be used.',
  'metrics-where-much-is-due':
    'With `auto`, a run lists no more than twenty pages, and no more than two after two runs that did.',
  'partial-for-a-reason':
    'A bucket is stored as partial only after an obstacle or the soft deadline.',
  'partial-after-three-runs':
    'A bucket is stored as partial only after three runs have asked for it, or after the soft deadline.',
  'partial-bucket-final':
    'A bucket of five minutes that was stored as partial is never counted again.',
  'source-as-set': 'A run counts by the counting source that is set.',
  'time-field-of-togai': 'Where Togai filters by createdAt, no bucket is counted by timestamp.',
  'counted-three-times-at-most':
    'A bucket is counted at most three times under the same ignore lists and the same time field.',
  'stored-under-the-lease': 'Only a run that has taken the lease stores buckets.',
  'due-buckets-counted': 'A run without an obstacle counts every bucket that is due.',
  'watermark-exact':
    'The committed watermark is the end of the newest bucket before which nothing is outstanding.',

  'rate-kept': 'Requests are sent no faster than `MaxRequestsPerSecond`.',
  'retry-after-kept':
    'A run sends no request before the end of a Retry-After that it was given, for an hour at most.',
  'retry-after-remembered':
    'Later runs keep a Retry-After that an earlier run has stored, except for the last minute.',
  'rejections-limited':
    'In no half hour are more than four requests answered with 401, as far as runs could store them.',
  'few-requests':
    'A run that looks sends at most three requests, five in the first look of an hour, ten in an incident, six more for each incident that it notifies people of (reasons, billing cycle and worth), and four for samples.',
  'lease-not-taken-over': 'No run takes the lease of another run before it ends.',

  'clear-run-finishes': 'A run without an obstacle finishes.',
  'ended-run-has-committed': 'A run that returns an outcome has committed.',
  'lease-given-back': 'A run that returns an outcome has given its lease back.',
  'no-timer-left': 'A run that has ended leaves no timer behind.',
  'no-unhandled-rejection': 'A run leaves no promise rejection unhandled.',
  'no-backlog-left': 'A run without an obstacle leaves no backlog.',
  'backlog-shrinks':
    'A run without an obstacle that reaches its soft deadline moves the watermark forward.',
  'unreadable-range-passed':
    'After six runs, a range that cannot be read no longer holds up the buckets after it.',
  'state-small': 'The stored state has at most 100,000 bytes.',
  'bucket-small': 'A stored bucket has at most 300,000 bytes, compressed.',
  'token-secret': 'The token is in no message, log line, stored state or stored bucket.',

  'repeated-only-after-a-crash':
    'A message is repeated only if its delivery was not seen or not stored by the run that sent it.',
  'cause-notified':
    'Losses that plainly breach a threshold open an incident in the first run without an obstacle that evaluates them, and an account that breaches it alone is named.',
  'ended-in-time':
    'An incident ends at most 25 minutes and a run after the bucket of its last loss, or after 1.5 times its longest pause, where every account has proved it.',
  'not-ended-early':
    'An incident is resolved only where three counted buckets and enough events show that each named account loses nothing any more.',
  'messages-in-order':
    'The messages of an incident in a channel count from 1, open it before anything else, and come no more often than the design allows: the end of a silence of another account brings no reminder.',
  'one-cause-one-incident':
    'No two open incidents of a subject name the same account, no two name none, and at most five are open.',
  'each-channel':
    'A channel that can be reached knows the same open and ended incidents as every other one, but for those that a silence covers.',
  'pager-critical-only':
    'A pager gets the beginning and the end of critical incidents, and nothing else: none of an incident that no critical rule is about.',
  'onset-true':
    'The onset of a named account is the start of its loss: a bucket or a piece early at most, and before a tenth of the loss.',
  'lost-true':
    'The loss of a named account is that of the truth from its onset to its end, but for events whose bucket the source cannot know.',
  'no-false-open':
    'An incident opens only where the truth has enough losses in its window, without those that an earlier end had counted.',
  'failure-has-a-cause':
    'People are told that the monitor cannot count after three runs in a row over 15 minutes, a refused token or three buckets of an hour that did not fit into a run, and of the end after a run that counts.',
  'failure-notified':
    'Three runs in a row over 15 minutes that do not count are told, and so is the first run that counts again.',
  'silence-kept':
    'No message comes that a silence forbids: it names no silenced account, no end comes twice, and an acknowledged incident has no reminder.',
  'silence-over':
    'Each incident that people know, and that goes on after a silence of it, is told by the first run without an obstacle.',
  'silence-told': 'Each channel is told once that a silence was made, and once that it is over.',
  'digest-told-once':
    'A week is told once to each channel for people, six hours after its end at the latest, by a run without an obstacle.',
  'digest-true':
    'A digest counts each event that was lost in its week once, and none of another week, as far as it was counted.',
  'gap-told-once': 'A range that is out of reach and never counted is told once.',
} as const;

export type Invariant = keyof typeof INVARIANTS;
