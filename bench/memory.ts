import { inProcess } from './in-process.ts';
import { add, times } from './results.ts';

interface Growth {
  readonly events: number;
  readonly requests: number;
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** Memory and time of a count, and whether they grow with the events. */
export async function addMemory(): Promise<void> {
  for (const [source, name] of [
    ['listing', 'listing'],
    ['metrics', 'by Togai metrics'],
  ] as const) {
    const few = await inProcess<Growth>('growth-child.ts', { events: 1_000, source });
    const many = await inProcess<Growth>('growth-child.ts', { events: 1_000_000, source });
    const growth = many.peakMb - few.peakMb;
    add(
      `peak resident memory of a count, ${name}, an hour of 1,000,000 events against one of 1,000`,
      '≤ 16 MB more',
      `${growth.toFixed(0)} MB more (${many.peakMb.toFixed(0)} MB against ${few.peakMb.toFixed(0)} MB)`,
      growth <= 16,
      '2 MB more',
    );
    if (source === 'listing') await addTimeOfEvents(many);
    else addCostOfMetrics(few, many);
  }
  const one = await inProcess('accounts-child.ts', { accounts: 1 });
  const hundredThousand = await inProcess('accounts-child.ts', { accounts: 100_000 });
  const extra = hundredThousand.peakMb - one.peakMb;
  add(
    '100,000 distinct accounts in a bucket of a million events, against one account',
    'no more than 64 MB above',
    `${extra.toFixed(0)} MB above (${hundredThousand.peakMb.toFixed(0)} MB against ${one.peakMb.toFixed(0)} MB)`,
    extra <= 64,
  );
}

async function addTimeOfEvents(many: Growth): Promise<void> {
  // Fewer events take no time beside the start.
  const few = await inProcess<Growth>('growth-child.ts', { events: 10_000, source: 'listing' });
  const usPerEvent = ({ seconds, events }: Growth) => (1e6 * seconds) / events;
  const ratio = usPerEvent(many) / usPerEvent(few);
  add(
    'time per event, listing, 1,000,000 events against 10,000, nothing waiting for the rate',
    'in proportion (≤ 1.2×)',
    `${times(ratio)} (${usPerEvent(many).toFixed(0)} µs against ${usPerEvent(few).toFixed(0)} µs)`,
    ratio <= 1.2,
  );
}

function addCostOfMetrics(few: Growth, many: Growth): void {
  const cost = ({ requests, cpuMs }: Growth) =>
    `${requests} requests, ${cpuMs.toFixed(0)} ms of CPU`;
  add(
    'cost of a count by Togai metrics, an hour of 1,000,000 events against one of 1,000',
    '≤ 4 requests, CPU ≤ 1.5×',
    `${cost(many)} against ${cost(few)}`,
    many.requests <= 4 && many.cpuMs <= 1.5 * few.cpuMs,
  );
}
