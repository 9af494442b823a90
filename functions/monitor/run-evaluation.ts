import type { CountedRun } from './counting/count-new-events.ts';
import { piecesOf } from './counting/join-sources.ts';
import { noteEntries } from './events/ignore-entries.ts';
import { type Pieces, rowFrom } from './events/pieces.ts';
import { advanceIncidents, type EvaluatedWindow } from './incidents/advance-incidents.ts';
import { withCycle } from './incidents/critical-before-cycle-end.ts';
import type { Incident } from './incidents/incident.ts';
import { withSilencedEnds } from './incidents/leave-out-silenced.ts';
import type { NotifiedChannel } from './incidents/needs-notification.ts';
import { noteSize } from './incidents/note-monitor-failures.ts';
import { noteArrivals } from './incidents/nothing-arrives.ts';
import { withoutUnheardEnds } from './incidents/reopen.ts';
import type { Silence } from './incidents/silence.ts';
import { isKept } from './incidents/which-incidents-to-keep.ts';
import type { EarlierCounts } from './lease/earlier-counts.ts';
import type { MonitorState } from './monitor-state.ts';
import type { FactsInput } from './notifications/incident-facts.ts';
import { noteOutcome } from './notifications/run-outcome.ts';
import { noteSilences } from './notifications/silence-notices.ts';
import { noteWatching } from './notifications/watching-notice.ts';
import { isClockRight } from './run-counting.ts';
import type { RunSettings } from './settings/run-settings.ts';

/** The part of the session that evaluating needs. */
interface EvaluationSession {
  readonly state: MonitorState;
  readonly incidents: readonly Incident[];
  readonly silences: { readonly list: readonly Silence[] };
  change(next: (state: MonitorState) => MonitorState): void;
  changeIncidents(incidents: readonly Incident[]): void;
}

interface EvaluationRequest {
  readonly scheduledTime: number;
  readonly settings: RunSettings;
  readonly channels: readonly NotifiedChannel[];
}

interface RunEvaluation {
  /** The counts of now, from a window before the watermark on. */
  readonly counted: Pieces;
  /** The end of the newest bucket before which nothing is outstanding, epoch ms. */
  readonly watermark: number;
  /** `undefined` where nothing could be evaluated. */
  readonly newest: EvaluatedWindow | undefined;
  /** Sentences about settings that are probably mistakes, each said once. */
  readonly remarks: readonly string[];
}

/** Evaluates the thresholds up to the watermark, and notes failures of the monitor itself. */
export function evaluateAndNote(
  session: EvaluationSession,
  request: EvaluationRequest,
  stored: EarlierCounts,
  counting: CountedRun,
): RunEvaluation {
  const { scheduledTime: at, settings } = request;
  const counted = piecesOf(stored.known.values(), stored.looks, counting.end);
  const reached = session.state.watermark ?? counting.end - settings.windowMs;
  const watermark = rowFrom(counted, reached);
  const evaluated = evaluate(session, request, counted, watermark);
  const ignored = noteEntries(session.state.ignoreEntries, {
    entries: settings.ignoreEntries,
    counted: counted.list,
    newest: evaluated?.newest.counts,
    watermark,
    at,
  });
  session.change((state) => noteOutcome(state, counting.error, at, settings.problem));
  session.change((state) => ({
    ...state,
    ignoreEntries: ignored.known,
    watermark: isClockRight(counting) ? watermark : state.watermark,
    ...evaluated?.state,
  }));
  session.change((state) => noteSize(state, stored.known.values(), at));
  if (evaluated) session.changeIncidents(evaluated.incidents);
  session.change((state) => noteArrivals(state, counted, stored.looks, at));
  const first = counting.error ? undefined : evaluated?.newest;
  const isIncidentOpen = session.incidents.some(({ end }) => !end);
  const watch = { ...settings, at, ...counting, isIncidentOpen };
  session.change((state) => noteWatching(state, first, watch));
  const numbers = { newest: evaluated?.newest, incidents: session.incidents };
  session.change((state) => noteSilences(state, session.silences.list, at, numbers));
  return { counted, watermark, newest: evaluated?.newest, remarks: ignored.remarks };
}

/** The incidents after the newest window end; `undefined` where nothing can be evaluated. */
function evaluate(
  session: EvaluationSession,
  { scheduledTime, settings, channels }: EvaluationRequest,
  counted: Pieces,
  watermark: number,
) {
  const { thresholds, minimumEvents, ignoreLists, windowMs } = settings;
  if (!thresholds) return undefined;
  const { alerts, rules, evaluatedTo } = session.state;
  const options = { thresholds, minimumEvents, ignoreLists };
  const known = { alerts, rules, incidents: session.incidents, evaluatedTo };
  const advanced = advanceIncidents({ ...known, watermark, counted, windowMs, options });
  if (!advanced.newest) return undefined;
  const graver = advanced.incidents.map((one) => withCycle(one, scheduledTime));
  const heard = withoutUnheardEnds(graver, session.incidents);
  const from = { incidents: heard, counted, end: watermark, windowMs, minimumEvents, thresholds };
  const times = { since: evaluatedTo, now: scheduledTime };
  const incidents = withSilencedEnds(heard, session.silences.list, from, times);
  return {
    newest: advanced.newest,
    incidents: incidents.filter((one) => isKept(one, watermark, windowMs, channels)),
    state: { alerts: advanced.alerts, rules: advanced.rules, evaluatedTo: watermark },
  };
}

/** The input of messages about usage events. */
export function factsFor(
  { incidents, state }: Pick<EvaluationSession, 'incidents' | 'state'>,
  settings: RunSettings,
  { counted, watermark }: RunEvaluation,
): FactsInput {
  return {
    incidents,
    counted,
    // Messages that could not be delivered before are due without an evaluation, too.
    end: state.evaluatedTo ?? watermark,
    windowMs: settings.windowMs,
    minimumEvents: settings.minimumEvents,
    thresholds: settings.thresholds ?? [],
    showsWorth: settings.showsWorth,
  };
}
