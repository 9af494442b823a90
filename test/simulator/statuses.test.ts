import { describe, expect, test } from 'vitest';
import { MINUTE, NOW, simulate } from './simulated-togai.ts';

describe('GET /events with a status', () => {
  test('shows an event in progress until it has settled', async () => {
    let now = NOW;
    const { ask, simulator } = await simulate({ now: () => now });
    const status = async () => {
      const [event] = simulator.traffic.createdIn(NOW / 1_000 - 1, NOW - 1);
      if (!event) throw new Error('that second is empty; choose another one');
      const { body } = await ask(`/events/${event.id}`);
      return body.events[0]?.ingestionStatus.status;
    };
    expect(await status()).toBe('INGESTION_IN_PROGRESS');
    now += 15 * MINUTE;
    expect(await status()).not.toBe('INGESTION_IN_PROGRESS');
  });
});
