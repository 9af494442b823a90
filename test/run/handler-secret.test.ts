import { describe, expect, test } from 'vitest';
import { deploy, publishedJson, TOKEN } from '../support/deployed-handler.ts';

describe('the secret', () => {
  test.each([
    ['as plain text', TOKEN],
    ['as JSON', JSON.stringify({ token: TOKEN })],
  ])('may hold the token %s', async (_, secret) => {
    const monitor = await deploy({ secret });
    expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'finished' });
  });

  test.each([
    ['the placeholder', 'put-your-togai-api-token-here', /holds the placeholder and no token yet/],
    ['nothing', '', /holds no token yet/],
    ['JSON without a token', '{"key":"tgi-something"}', /is JSON without a "token"/],
    ['nothing that can be read', undefined, /cannot be read \(ResourceNotFoundException\)/],
  ])(
    'that holds %s is notified at once, and nothing is sent to Togai',
    async (_, secret, reason) => {
      const monitor = await deploy({ secret });
      expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'failed' });
      expect(publishedJson(monitor)).toMatchObject({
        kind: 'opened',
        reason: expect.stringMatching(reason),
      });
      expect(JSON.stringify(monitor.aws.published)).not.toContain('tgi-something');
    },
  );

  test('that was rotated works in the same run', async () => {
    const monitor = await deploy({
      env: { THRESHOLDS: 'unmetered >= 100000' },
      secret: 'tgi-the-old-one',
    });
    monitor.aws.rotateTo = TOKEN;
    expect(await monitor.invokeAt(0)).toMatchObject({ outcome: 'finished' });
    expect(monitor.aws.secretReads).toBe(2);
  });

  test('that Togai rejects is notified once, and not sent again for half an hour', async () => {
    const monitor = await deploy({ secret: 'tgi-a-wrong-one' });
    for (let minutes = 0; minutes < 30; minutes += 5) await monitor.invokeAt(minutes);
    expect(monitor.aws.published).toHaveLength(1);
    expect(publishedJson(monitor).reason).toMatch(
      /401 .* does not accept the token\. .*; put a new token into the secret/,
    );
    const rejected = monitor.logs.filter((line) => line.includes('was answered with 401'));
    expect(rejected).toHaveLength(1);
    monitor.aws.secret = TOKEN;
    expect(await monitor.invokeAt(30)).toMatchObject({ outcome: 'finished' });
  });
});
