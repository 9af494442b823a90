import { printThreshold, type Threshold } from '../../functions/monitor/thresholds/threshold.ts';
import type { Replayed } from './replay-runs.ts';
import { WatchedRule } from './watched-rule.ts';

/** A limit that moves up and down meets few different values. */
const MOST_OF_START = 8;

/** A stretch that nothing before it has an effect on, from its first breach on. */
export interface Episode extends Replayed {
  /** The number of the first piece behind it. */
  readonly next: number;
}

interface KnownEpisode {
  readonly watched: readonly WatchedRule[];
  readonly episode: Episode;
}

/**
 * Earlier replays, for limits that would have decided alike. A limit that moves a little changes
 * few incidents.
 */
export class Episodes {
  readonly #known = new Map<string, KnownEpisode[]>();

  /** @param start the number of its first piece @param play replays it where nothing fits */
  episode(
    start: number,
    rules: readonly Threshold[],
    play: (rules: readonly Threshold[]) => Episode,
  ): Episode {
    const key = [start, ...rules.map((rule) => printThreshold({ ...rule, limit: 0 }))].join();
    const before = this.#known.get(key) ?? [];
    const known = before.find(({ watched }) =>
      watched.every((one, index) => one.isAlike(rules[index]?.limit ?? Number.NaN)),
    );
    if (known) return withRules(known, rules);
    const watched = rules.map((rule) => new WatchedRule(rule));
    const episode = play(watched.map(({ rule }) => rule));
    this.#known.set(key, [{ watched, episode }, ...before].slice(0, MOST_OF_START));
    return episode;
  }
}

/** Incidents name their rule by its text. */
function withRules({ watched, episode }: KnownEpisode, rules: readonly Threshold[]): Episode {
  const texts = new Map(
    watched.flatMap(({ rule }, index) => {
      const now = rules[index];
      return now ? [[printThreshold(rule), printThreshold(now)]] : [];
    }),
  );
  const incidents = episode.incidents.map((one) => {
    const threshold = texts.get(one.incident.threshold) ?? one.incident.threshold;
    return { ...one, incident: { ...one.incident, threshold } };
  });
  return { ...episode, incidents };
}
