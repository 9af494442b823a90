import { describe, expect, test } from 'vitest';
import { ConditionalDeployment } from '../support/conditional-deployment.ts';
import { standardTemplate } from './synthesized.ts';
import { synthesizeMonitor } from './their-app.ts';

const template = standardTemplate();
const DASHBOARD = (region: string) =>
  `/cloudwatch/home?region=${region}#dashboards/dashboard/UnmeteredEventsMonitor-${region}`;

/** Source: AWS documentation, "AWS Management Console", of each partition. */
const PARTITIONS = [
  ['aws', 'eu-central-1', 'console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'console.amazonaws-us-gov.com'],
] as const;

describe.each(PARTITIONS)('the link to the dashboard, in the partition %s,', (...where) => {
  const [partition, region, host] = where;
  const place = { 'AWS::Partition': partition, 'AWS::Region': region };
  const expectLink = (link: string | undefined) => {
    expect(link).toMatch(new RegExp(`^https://(${region}\\.)?${host.replaceAll('.', '\\.')}/`));
    expect(link?.replace(/^https:\/\/[^/]+/, '')).toBe(DASHBOARD(region));
  };

  test('leads to the console of that partition, from the outputs', () => {
    expectLink(new ConditionalDeployment(template, place).outputs().DashboardUrl);
  });

  test('leads there from every message', () => {
    expectLink(new ConditionalDeployment(template, place).environment().DASHBOARD_URL);
  });

  test('leads there also where the construct stands in the stack of somebody else', () => {
    const theirs = synthesizeMonitor({ monitorName: 'UnmeteredEventsMonitor' });
    expectLink(new ConditionalDeployment(theirs, place).environment().DASHBOARD_URL);
  });
});

test('a partition that is not known breaks no deployment for the sake of a link', () => {
  const place = { 'AWS::Partition': 'aws-iso', 'AWS::Region': 'us-iso-east-1' };
  const { DASHBOARD_URL } = new ConditionalDeployment(template, place).environment();
  expect(DASHBOARD_URL).toMatch(/^https:\/\/[^/]+\/cloudwatch\/home\?region=us-iso-east-1#/);
});
