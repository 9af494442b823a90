import { endOfSilence, isInForce, type Silence, scopeText } from '../incidents/silence.ts';
import { printable } from '../text/text.ts';
import { dayAndClock } from '../timeline/time.ts';
import { type NewestNumbers, numbersUnderSilence } from './numbers-under-silence.ts';
import type { Notice } from './one-time-notice.ts';

/** The last notice of a silence. */
export type KnownSilence = 'made' | 'over';

/** The part of the monitor's state that is about silences. */
export interface SilenceState {
  readonly knownSilences: Readonly<Record<string, KnownSilence>>;
  readonly notices: readonly Notice[];
}

/**
 * Notifies each silence once when it is made, and once when it is over.
 *
 * @param silences all that are stored
 * @param at the time of the run, epoch ms
 * @param numbers how much is lost now
 */
export function noteSilences<S extends SilenceState>(
  state: S,
  silences: readonly Silence[],
  at: number,
  numbers: NewestNumbers,
): S {
  const known = Object.fromEntries(
    silences.flatMap((silence) => {
      const stage = stageOf(silence, at) ?? state.knownSilences[silence.id];
      return stage ? [[silence.id, stage] as const] : [];
    }),
  );
  const news = silences.flatMap((silence) => {
    const stage = known[silence.id];
    return stage && stage !== state.knownSilences[silence.id]
      ? noticeOf(silence, stage, at, numbers)
      : [];
  });
  const ids = new Set(news.map(({ id }) => id));
  const notices = [...state.notices.filter(({ id }) => !ids.has(id)), ...news];
  return { ...state, knownSilences: known, notices };
}

function stageOf(silence: Silence, at: number): KnownSilence | undefined {
  if (isInForce(silence, at)) return 'made';
  // A person may have ended it at a time that runs of the past have not reached.
  const isOver = silence.from !== undefined && (silence.ended || endOfSilence(silence) <= at);
  return isOver ? 'over' : undefined;
}

function noticeOf(
  silence: Silence,
  stage: KnownSilence,
  at: number,
  newest: NewestNumbers,
): Notice {
  const { id, from = at, scope } = silence;
  const numbers = numbersUnderSilence(scope, newest);
  const lines = stage === 'made' ? madeLines(silence, numbers) : overLines(silence, numbers);
  return {
    id: `${id}-${stage}`,
    topic: 'silence',
    at,
    severity: 'warning',
    text: lines.join('\n'),
    range: { start: from, end: endOfSilence(silence) },
    told: [],
  };
}

/** A headline, and its meaning. */
function madeLines(silence: Silence, numbers: string | undefined): string[] {
  const { id, scope, by, comment } = silence;
  const what = printable(scopeText(scope), 200);
  const why = comment === undefined ? '' : `, reason: ${printable(comment, 200)}`;
  const until = `until ${dayAndClock(endOfSilence(silence))} UTC, by ${printable(by, 80)} (${id}${why})`;
  const [headline, meaning] =
    'incidentId' in scope
      ? [
          `Acknowledged: no reminders of ${what}`,
          `Its end is still told, and everything new of it.`,
        ]
      : [
          `Silenced: ${what}`,
          `In force now: until then people get no message about ${what}. The monitor still counts.`,
        ];
  return [
    `${headline} ${until}.`,
    meaning,
    ...(numbers ? [numbers] : []),
    `Do: nothing. To end the silence early: unmetered unsilence ${id}`,
    'You get a message when the silence is over.',
  ];
}

function overLines({ id, scope, ended }: Silence, numbers: string | undefined): string[] {
  const what = printable(scopeText(scope), 200);
  const which = 'incidentId' in scope ? `acknowledgement of ${what}` : `silence of ${what}`;
  const headline = ended
    ? `The ${which} was ended by ${printable(ended.by, 80)} (${id}).`
    : `The ${which} is over (${id}).`;
  const next =
    'incidentId' in scope
      ? 'Reminders come again.'
      : 'Messages come again; if it still goes on, one comes now, unless acknowledged.';
  return [headline, ...(numbers ? [numbers] : []), `Do: nothing. ${next}`];
}
