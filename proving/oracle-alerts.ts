import type { Span } from './oracle-calendar.ts';
import type { Outbox } from './oracle-outbox.ts';
import { type Opinion, opinionOf, type Window } from './oracle-rules.ts';
import { HOUR, MINUTE, type Rule, ruleText, type SimulatedSettings } from './scenario.ts';

const OK_ENDS = 3;
const OK_ENDS_OF_ANY_LENGTH = 24;
const GREW_EVERY = 30 * MINUTE;
const TOO_FEW_FOR = 24 * HOUR;

/** One firing of a rule, from the window end at which it began. */
interface Episode {
  readonly firedAt: number;
  /** The newest end that was breached. */
  breachedAt: number;
  groups: readonly string[];
  /** Those that people know of. */
  readonly notifiedGroups: Set<string>;
  notified: boolean;
  /** The critical rule that speaks for it. */
  voice: string | undefined;
  /** That critical was told, and so this one is not. */
  silenced: boolean;
  /** Ends that were ok since, in the order in which they were judged. */
  okEnds: number[];
  tooFewSince: number | undefined;
  deliveredAt: number | undefined;
  announcedAt: number | undefined;
}

interface Ending {
  readonly episode: Episode;
  readonly at: number;
  readonly kind: 'resolved' | 'withdrawn';
  /** People will be told, or have been and the monitor does not know it. */
  queued: boolean;
}

interface Watch {
  readonly rule: Rule;
  readonly name: string;
  lastEnd: number;
  pendingSince: number | undefined;
  firing: Episode | undefined;
  ending: Ending | undefined;
}

/** What is known of the buckets when a run commits. */
export interface Commit {
  /** The run's time. */
  readonly at: number;
  readonly watermark: number;
  /** The window ends to judge, oldest first. */
  readonly ends: readonly number[];
  readonly windowAt: (end: number, rule: Rule) => Window;
  /** What a rule is judged over at an end. */
  readonly spanAt: (end: number, rule: Rule) => Span;
  /** How long a rule must have been ok at all ends before its alert resolves. */
  readonly calmMs: number;
}

/** What must be told of the rules, worked out from the written design: one incident, one alert. */
export class ExpectedAlerts {
  readonly #settings: SimulatedSettings;
  readonly #outbox: Outbox;
  readonly #watches: readonly Watch[];

  constructor(settings: SimulatedSettings, outbox: Outbox) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#watches = settings.rules.map((rule) => ({
      rule,
      name: ruleText(rule),
      lastEnd: 0,
      pendingSince: undefined,
      firing: undefined,
      ending: undefined,
    }));
  }

  commit(commit: Commit): void {
    // Where nothing could be judged, nothing is told.
    if (commit.ends.length === 0) return;
    for (const end of commit.ends) {
      for (const watch of this.#watches) {
        const window = commit.windowAt(end, watch.rule);
        const opinion = this.#opinion(watch.rule, window, watch.firing?.groups ?? []);
        watch.lastEnd = end;
        if (opinion.state === 'breached') this.#breached(watch, opinion, end);
        else this.#notBreached(watch, opinion, end, commit);
      }
      for (const watch of this.#watches) this.#lendVoice(watch);
    }
    const known = new Set<string>();
    const criticalFirst = [
      ...this.#watches.filter(({ rule }) => rule.critical),
      ...this.#watches.filter(({ rule }) => !rule.critical),
    ];
    for (const watch of criticalFirst) this.#tell(watch, commit, known);
  }

  /** A message of an alert has reached people, and the monitor has written that down. */
  delivered(name: string, firedAt: number, at: number): void {
    const watch = this.#watches.find((candidate) => candidate.name === name);
    if (!watch) return;
    const { ending, firing } = watch;
    if (ending?.queued && ending.episode.firedAt === firedAt) watch.ending = undefined;
    else if (firing?.firedAt === firedAt) firing.deliveredAt = at;
  }

  #opinion(rule: Rule, window: Window, firing: readonly string[]): Opinion {
    return opinionOf(rule, window, this.#settings.minimumEvents, firing);
  }

  #breached(watch: Watch, { groups }: Opinion, end: number): void {
    if (!watch.firing) {
      watch.pendingSince ??= end;
      if (end - watch.pendingSince < watch.rule.forMinutes * MINUTE) return;
      watch.pendingSince = undefined;
      // What has ended, and whose end was not written down as delivered, has not ended. Somebody may know of the end.
      const reopened = watch.ending?.kind === 'resolved' ? watch.ending : undefined;
      if (reopened) watch.ending = undefined;
      if (reopened?.queued) reopened.episode.notified = false;
      watch.firing = reopened?.episode ?? {
        firedAt: end,
        breachedAt: end,
        groups,
        notifiedGroups: new Set(),
        notified: false,
        voice: undefined,
        silenced: false,
        okEnds: [],
        tooFewSince: undefined,
        deliveredAt: undefined,
        announcedAt: undefined,
      };
    }
    const { firing } = watch;
    firing.breachedAt = end;
    firing.groups = groups;
    firing.okEnds = [];
    firing.tooFewSince = undefined;
  }

  #notBreached(
    watch: Watch,
    { state, tooFew }: Opinion,
    end: number,
    { calmMs, spanAt }: Commit,
  ): void {
    const { firing } = watch;
    watch.pendingSince = undefined;
    if (!firing) return;
    if (state === 'ok') {
      firing.tooFewSince = undefined;
      if (!firing.okEnds.includes(end)) firing.okEnds.push(end);
      const [first = end] = firing.okEnds;
      const isCalm = firing.okEnds.length >= OK_ENDS && end - first >= calmMs;
      // What a long window showed, only one as long can disprove.
      const lengthAt = (time: number) => {
        const span = spanAt(time, watch.rule);
        return span.end - span.start;
      };
      const breached = lengthAt(firing.breachedAt);
      const isSure =
        firing.okEnds.some((okEnd) => lengthAt(okEnd) >= breached) ||
        firing.okEnds.length >= OK_ENDS_OF_ANY_LENGTH;
      if (isCalm && isSure) this.#end(watch, firing, 'resolved', end);
      return;
    }
    if (tooFew) firing.tooFewSince ??= end;
    firing.okEnds = firing.okEnds.filter((okEnd) => okEnd !== end);
    const lasting = firing.tooFewSince !== undefined && end - firing.tooFewSince >= TOO_FEW_FOR;
    if (tooFew && lasting) this.#end(watch, firing, 'withdrawn', end);
  }

  #end(watch: Watch, episode: Episode, kind: Ending['kind'], at: number): void {
    watch.firing = undefined;
    watch.ending = { episode, at, kind, queued: false };
  }

  /** While a critical of the same subject fires and is not ok, it speaks for the warning. */
  #lendVoice({ rule, firing, lastEnd }: Watch): void {
    if (!firing) return;
    const critical = this.#watches.find(
      (other) =>
        !rule.critical &&
        other.rule.critical &&
        other.rule.subject === rule.subject &&
        (other.rule.by === undefined || other.rule.by === rule.by) &&
        other.firing &&
        !isCalming(other, other.firing),
    );
    if (critical) firing.voice = critical.name;
    else if (firing.breachedAt === lastEnd) {
      firing.voice = undefined;
      firing.silenced = false;
    }
  }

  #tell(watch: Watch, { at, watermark, ends, windowAt }: Commit, known: Set<string>): void {
    const { name, rule } = watch;
    const voice = watch.firing?.voice ?? watch.ending?.episode.voice;
    if (voice !== undefined && known.has(voice)) {
      if (watch.firing) watch.firing.silenced = true;
      if (watch.ending) watch.ending.episode.silenced = true;
    }
    if (watch.firing) this.#outbox.takeBackEnd(keyOf(name, watch.firing));
    const queue = (kind: string, episode: Episode, end: number, resolvedAt?: number) => {
      const window = windowAt(end, rule);
      const { value, state } = this.#opinion(rule, window, []);
      const notified = rule.by === undefined || state === 'breached' ? value : undefined;
      this.#outbox.queue(keyOf(name, episode), {
        kind,
        resolvedAt,
        value: notified,
        window: window.span,
        atOnce: ends.includes(episode.firedAt),
      });
    };
    const { ending, firing } = watch;
    if (ending && !ending.queued) {
      const { episode, kind } = ending;
      const isQuiet = episode.silenced || kind !== 'resolved';
      const isKnown = episode.notified || episode.deliveredAt !== undefined;
      if (!isKnown && isQuiet) watch.ending = undefined;
      else {
        ending.queued = true;
        if (episode.notified || isQuiet) queue(kind, episode, watermark, ending.at);
        else queue('fired', episode, episode.breachedAt, ending.at);
      }
    } else if (firing && !firing.silenced) {
      const kind = this.#kindFor(watch, firing, at);
      if (kind) {
        firing.notified = true;
        for (const group of firing.groups) firing.notifiedGroups.add(group);
        if (kind !== 'reminder') firing.announcedAt = at;
        queue(kind, firing, kind === 'fired' ? firing.breachedAt : watermark);
      }
    }
    if (rule.critical && (watch.firing?.notified || watch.ending?.queued)) known.add(name);
  }

  #kindFor(watch: Watch, firing: Episode, at: number): string | undefined {
    const calming = isCalming(watch, firing);
    if (!firing.notified) return calming ? undefined : 'fired';
    if (this.#outbox.has(keyOf(watch.name, firing))) return undefined;
    const joined = firing.groups.some((group) => !firing.notifiedGroups.has(group));
    if (joined && at - (firing.announcedAt ?? 0) >= GREW_EVERY) return 'grew';
    const every = this.#settings.repeatMinutes * MINUTE;
    const last = firing.deliveredAt;
    const again = every > 0 && last !== undefined && at - last >= every;
    return again && !calming ? 'reminder' : undefined;
  }
}

/** The newest end is ok: it is about to resolve. */
function isCalming({ lastEnd }: Watch, { okEnds }: Episode): boolean {
  return okEnds.at(-1) === lastEnd;
}

/** Names an alert in the outbox. */
function keyOf(name: string, { firedAt }: Episode): string {
  return `${name}@${new Date(firedAt).toISOString()}`;
}
