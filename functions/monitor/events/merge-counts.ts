import { addAll, type Counts, entryOf, type Groups, type SampleEvent } from './counts.ts';
import type { LiveGroup } from './group-counts.ts';
import { addDescription, keepSample } from './keep-samples.ts';

/** The sum of the counts of several buckets. It names all accounts and schemas that one of them names. */
export function mergeCounts(bucketCounts: Iterable<Counts>): Counts {
  const byStatus = new Map<string, number>();
  const samples = new Map<string, SampleEvent[]>();
  const descriptions = new Map<string, Map<string, number>>();
  const all = [...bucketCounts];
  for (const counts of all) {
    addAll(byStatus, counts.byStatus);
    for (const sample of [...counts.samples.values()].flat()) {
      keepSample(samples, sample.status, sample);
    }
    for (const [status, texts] of counts.descriptions) {
      const target = entryOf(descriptions, status);
      for (const [text, count] of texts) addDescription(target, text, count);
    }
  }
  return {
    total: sum(all.map(({ total }) => total)),
    byStatus,
    accounts: mergeGroups(all.map(({ accounts }) => accounts)),
    schemas: mergeGroups(all.map(({ schemas }) => schemas)),
    ignored: sum(all.map(({ ignored }) => ignored)),
    ignoredNames: {
      accounts: new Set(all.flatMap(({ ignoredNames }) => [...ignoredNames.accounts])),
      schemas: new Set(all.flatMap(({ ignoredNames }) => [...ignoredNames.schemas])),
    },
    ...(all.some(({ healed }) => healed) && { healed: sum(all.map(({ healed = 0 }) => healed)) }),
    ...(all.some(({ lacksLate }) => lacksLate) && { lacksLate: true }),
    ...(all.some(({ lacksUnknown }) => lacksUnknown) && { lacksUnknown: true }),
    malformed: sum(all.map(({ malformed }) => malformed)),
    malformedExample: all.find(({ malformedExample }) => malformedExample)?.malformedExample,
    samples,
    descriptions,
  };
}

function mergeGroups(parts: readonly Groups[]): Groups {
  const byName = new Map<string, LiveGroup>();
  for (const part of parts) {
    for (const [name, group] of part.byName) {
      let target = byName.get(name);
      if (!target) {
        target = { byStatus: new Map(), exact: true };
        byName.set(name, target);
      }
      addAll(target.byStatus, group.byStatus);
      target.exact &&= group.exact;
      if (group.withoutTotal) {
        target.withoutTotal ??= new Map();
        addAll(target.withoutTotal, group.withoutTotal);
      }
    }
  }
  // A truncated part may have held events of a group that it does not name.
  for (const part of parts) {
    if (!part.truncated) continue;
    for (const [name, group] of byName) if (!part.byName.has(name)) group.exact = false;
  }
  return { byName, truncated: parts.some(({ truncated }) => truncated) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
