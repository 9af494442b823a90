import { expect, test } from 'vitest';
import { Session } from '../../functions/monitor/lease/run-session.ts';
import type { MonitorStore } from '../../functions/monitor/ports.ts';
import { createJumpingClock } from '../support/clock.ts';
import { createMemoryStore } from '../support/memory-store.ts';

test('a run that is stopped takes back nothing that may have been stored', async () => {
  const memory = createMemoryStore();
  let answersAreLost = false;
  const store: MonitorStore = {
    ...memory,
    async writeState(state, expected) {
      const written = await memory.writeState(state, expected);
      if (answersAreLost) throw new Error('the answer was lost');
      return written;
    },
  };
  const session = await Session.begin(
    { store, clock: createJumpingClock(0), channels: [] },
    { runId: 'run', scheduledTime: 0, leaseMs: 60_000 },
    () => {},
  );
  if ('idle' in session) throw new Error('the lease was free');
  session.change((state) => ({ ...state, watermark: 300_000 }));
  answersAreLost = true;
  await expect(session.commit(false)).rejects.toThrow('the answer was lost');
  answersAreLost = false;
  await session.abandon();
  expect(await memory.readState()).toMatchObject({ watermark: 300_000, committedAt: 0 });
});

test('a first state numbers its runs from the clock, so that items of a removed state count as older', async () => {
  const now = Date.parse('2026-03-02T10:00:00Z');
  const session = await Session.begin(
    { store: createMemoryStore(), clock: createJumpingClock(now), channels: [] },
    { runId: 'run', scheduledTime: now, leaseMs: 60_000 },
    () => {},
  );
  if ('idle' in session) throw new Error('the lease was free');
  expect(session.state.runNumber).toBeGreaterThanOrEqual(now / 1000);
});
