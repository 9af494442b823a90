import { describe, expect, test } from 'vitest';
import { doctor, LITTLE } from '../support/doctor.ts';

describe('the size of the traffic', () => {
  const traffic = (eventsPerSecond: number, switches = {}) =>
    doctor({ scenario: { ...LITTLE, eventsPerSecond }, switches });

  test('leaves many events to metrics, which take as many requests at any volume', async () => {
    const { stdout, exitCode } = await traffic(10_000);
    expect(stdout).toMatch(
      /✓ [\d,]+ events an hour: Togai metrics take 1 request a run, up to 3 while events are lost, up to 5 once an hour\. That is 336 to 912 requests a day/,
    );
    expect(stdout).toMatch(
      /use Togai metrics here, because [\d,]+ events an hour are too many to list each/,
    );
    expect(exitCode).toBe(0);
  });

  test('lets few events be listed', async () => {
    const { stdout, exitCode } = await traffic(0.01);
    expect(stdout).toMatch(
      /✓ \d\d events an hour: listing takes up to 288 requests a day, and looks at Togai metrics take 336\./,
    );
    expect(stdout).toMatch(/✓ Late events: they count when Togai receives them\./);
    expect(stdout).toMatch(/✓ Accounts: each listed event names its account/);
    expect(stdout).toMatch(
      /^Keep Counting = auto: the monitor will list events here, because about \d\d events come in an hour, few enough to list each\.$/m,
    );
    expect(exitCode).toBe(0);
  });

  test('asks for a higher rate where there are no metrics and that is enough', async () => {
    const { stdout, exitCode } = await traffic(30, { metricsAccess: 'refused' });
    expect(stdout).toMatch(/! .* listing needs [34] a second: more than the default rate of 2/);
    expect(stdout).toMatch(/may not read metrics\. Set MaxRequestsPerSecond = [34]:/);
    expect(exitCode).toBe(3);
  });

  test('leaves nothing where listing would take more than the quota, without metrics', async () => {
    const { stdout, exitCode } = await traffic(10_000, { metricsAccess: 'refused' });
    expect(stdout).toMatch(
      /^Neither source can count here: listing would need [\d,]+ requests a second/m,
    );
    expect(exitCode).toBe(2);
  });
});

test('more than three ignored schemas are a reservation', async () => {
  const { stdout, exitCode } = await doctor({}, ['--ignored-schemas', 'a, b, c, d']);
  expect(stdout).toMatch(/! --ignored-schemas: 4 schemas are ignored, and Togai metrics take 3/);
  expect(exitCode).toBe(3);
});
