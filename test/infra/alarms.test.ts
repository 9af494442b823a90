import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { only, queueNamed, resourcesOf, standardTemplate } from './synthesized.ts';

const template = standardTemplate();
describe('the monitor watches itself', () => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => ({
    name: new Deployment(template).text(Properties.AlarmName),
    ...Properties,
  }));
  const named = (name: string) =>
    alarms.find((alarm) => alarm.name === `UnmeteredEventsMonitor-${name}`);

  test('with eight alarms', () => {
    expect(alarms.map(({ name }) => name.replace('UnmeteredEventsMonitor-', '')).sort()).toEqual([
      'backlog-growing',
      'dead-letters',
      'delivered-to-nobody',
      'deliveries-failed',
      'errors',
      'no-successful-run',
      'subscriptions-missing',
      'throttled-by-togai',
    ]);
  });

  test.each(alarms)(
    '$name notifies the same people, at its end as well, and names the next step',
    (alarm) => {
      const deployment = new ConditionalDeployment(template);
      const topics = deployment.made('AWS::SNS::Topic');
      expect(deployment.references(alarm.AlarmActions)).toEqual(topics);
      expect(deployment.references(alarm.OKActions)).toEqual(topics);
      expect(alarm.AlarmDescription.length).toBeGreaterThan(100);
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
    },
  );

  test('a function that never runs is an alarm, which names the placeholder in the secret', () => {
    expect(named('no-successful-run')).toMatchObject({
      MetricName: 'RunSucceeded',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 3,
      TreatMissingData: 'breaching',
      AlarmDescription: expect.stringMatching(/placeholder.*SetTokenCommand/),
    });
  });

  test('one crash is no alarm: the queue of crashed runs has none, and errors need two of three intervals', () => {
    expect(named('errors')).toMatchObject({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    const watched = named('dead-letters')?.Dimensions[0].Value['Fn::GetAtt'][0];
    expect(watched).toBe(queueNamed(template, 'DeadLetters'));
  });

  test.each([
    'errors',
    'dead-letters',
    'deliveries-failed',
    'delivered-to-nobody',
    'backlog-growing',
    'throttled-by-togai',
  ])('%s is ok without data', (name) => {
    expect(named(name)?.TreatMissingData).toBe('notBreaching');
  });

  test.each([
    ['5', '300'],
    ['10', '600'],
    ['15', '900'],
  ])('with runs every %s minutes the periods of alarms are %s s', (minutes, seconds) => {
    const deployment = new Deployment(template, { RunEveryMinutes: minutes });
    expect(deployment.text(named('no-successful-run')?.Period)).toBe(seconds);
    expect(deployment.text(named('errors')?.Period)).toBe(seconds);
  });

  test('by the metrics of this monitor, not of another in the account', () => {
    const dimensions = [{ Name: 'service', Value: { Ref: 'AWS::StackName' } }];
    expect(named('no-successful-run')?.Dimensions).toEqual(dimensions);
    const { Variables } = only(template, 'AWS::Lambda::Function').Environment;
    expect(Variables.POWERTOOLS_SERVICE_NAME).toEqual(dimensions[0]?.Value);
  });

  test('on a dashboard under the name that alerts link to', () => {
    const deployment = new Deployment(template);
    const { DashboardName } = only(template, 'AWS::CloudWatch::Dashboard');
    expect(deployment.text(DashboardName)).toBe('UnmeteredEventsMonitor-eu-central-1');
    expect(deployment.outputs().DashboardUrl).toMatch(
      /#dashboards\/dashboard\/UnmeteredEventsMonitor-eu-central-1$/,
    );
  });
});
