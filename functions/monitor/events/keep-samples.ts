import { cutAt } from '../text/text.ts';
import { increase, type SampleEvent } from './counts.ts';

const SAMPLES_PER_STATUS = 5;

const DESCRIPTIONS_PER_STATUS = 5;

/** An identity may be of any length, and DynamoDB takes 400 KB an item. */
const MAX_IDENTITY = 512;

/** Keeps the newest samples of a status, in a fixed order. So the result does not depend on the order of pages. */
export function keepSample(
  samples: Map<string, SampleEvent[]>,
  status: string,
  { referenceId, id, createdAt, accountId, schemaName }: SampleEvent,
): void {
  const kept = samples.get(status) ?? [];
  const last = kept.at(-1);
  if (kept.length >= SAMPLES_PER_STATUS && last && last.createdAt > createdAt) return;
  kept.push({
    referenceId: referenceId && cutAt(referenceId, MAX_IDENTITY),
    id: id && cutAt(id, MAX_IDENTITY),
    createdAt,
    status,
    accountId,
    schemaName,
  });
  kept.sort(
    (a, b) =>
      b.createdAt - a.createdAt ||
      compareText(a.referenceId ?? a.id ?? '', b.referenceId ?? b.id ?? '') ||
      compareText(contentOf(a), contentOf(b)),
  );
  samples.set(status, kept.slice(0, SAMPLES_PER_STATUS));
}

/** Orders events of one moment that have no reference. */
function contentOf({ referenceId, id, accountId, schemaName }: SampleEvent): string {
  return JSON.stringify([referenceId, id, accountId, schemaName]);
}

export function addDescription(counts: Map<string, number>, text: string, count: number): void {
  if (counts.has(text) || counts.size < DESCRIPTIONS_PER_STATUS) increase(counts, text, count);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first sample of each status and schema. Events of one kind have the same cause and the same remedy. */
export function oneOfEachKind(samples: readonly SampleEvent[]): SampleEvent[] {
  const kinds = new Map<string, SampleEvent>();
  for (const sample of samples) {
    const kind = JSON.stringify([sample.status, sample.schemaName]);
    if (!kinds.has(kind)) kinds.set(kind, sample);
  }
  return [...kinds.values()];
}
