import { expect, test } from 'vitest';
import { resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();

const alarm = () => {
  const [found, ...others] = resourcesOf(template, 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties)
    .filter(({ MetricName }) => MetricName === 'RunSucceeded');
  expect(others).toEqual([]);
  return found;
};

test('the alarm for want of a successful run names thresholds that cannot be used among its causes', () => {
  expect(alarm().AlarmDescription).toMatch(/threshold|setting/i);
  expect(alarm().AlarmDescription).toMatch(/cannot be used|refused/i);
  expect(alarm().AlarmDescription.length).toBeLessThanOrEqual(1_024);
});

test('the alarm for want of a successful run names the field of the log line that says why', () => {
  expect(alarm().AlarmDescription).toMatch(/\bproblem\b/);
});
