import { describe, expect, test } from 'vitest';
import { wireEvent } from '../support/events.ts';
import { serveAnswers } from '../support/server.ts';
import { client, signal } from '../support/togai-client.ts';

describe('GET /events/{event_id}', () => {
  const event = {
    ...wireEvent({}),
    ingestionStatus: {
      status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
      statusDescription: 'no plan',
    },
    eventPipelineInfo: {
      usageMeters: [{ id: 'm', name: 'rides', version: 1, status: 'PROCESSED_FILTERED_OUT' }],
      pricePlans: [{ name: 'pro', id: 'p', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' }],
    },
  };

  test.each([
    ['a list, as in the schema', { events: [event] }],
    ['the event itself', event],
  ])('reads %s', async (_, body) => {
    const { url, requests } = await serveAnswers({ body });
    expect(await (await client(url)).event('a/b c', signal)).toEqual([
      {
        status: 'INGESTION_COMPLETED_EVENT_NOT_METERED',
        statusDescription: 'no plan',
        pipeline: {
          usageMeters: [{ name: 'rides', status: 'PROCESSED_FILTERED_OUT' }],
          pricePlans: [{ name: 'pro', cycleStart: '2026-11-01', cycleEnd: '2026-11-30' }],
        },
      },
    ]);
    expect(requests).toEqual(['/events/a%2Fb%20c']);
  });

  test('reads an event without pipeline information', async () => {
    const { url } = await serveAnswers({ body: { events: [wireEvent({})] } });
    expect(await (await client(url)).event('x', signal)).toMatchObject([{ pipeline: undefined }]);
  });

  test('reads an empty list as an unknown event', async () => {
    const { url } = await serveAnswers({ body: { events: [] } });
    expect(await (await client(url)).event('x', signal)).toEqual([]);
  });
});
