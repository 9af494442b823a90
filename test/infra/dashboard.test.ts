import { describe, expect, test } from 'vitest';
import { Deployment } from '../support/cloudformation.ts';
import { deploy } from '../support/deployed-handler.ts';
import { only, standardTemplate } from './synthesized.ts';

interface Widget {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly query?: string;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const template = standardTemplate();
const { DashboardBody } = only(template, 'AWS::CloudWatch::Dashboard');
const { widgets }: { widgets: readonly Widget[] } = JSON.parse(
  new Deployment(template).text(DashboardBody),
);
const texts = widgets.map(({ properties: { title, markdown } }) => title ?? markdown ?? '');

describe('the dashboard', () => {
  test('asks four questions, in the words of the messages', () => {
    expect(texts.filter((text) => text.startsWith('## '))).toEqual([
      '## Which incidents are open?',
      '## Which events are not billed?',
      '## Where do the counts come from?',
      '## Does the monitor work?',
    ]);
    expect(texts.join('\n')).not.toMatch(/firing|alert\b|mute|verdict/i);
  });

  test('says how to list silences, by the command of this function', () => {
    const [text] = texts.filter((one) => /silenced/.test(one));
    expect(text).toMatch(
      /aws lambda invoke --region eu-central-1 --function-name <Monitor.*\{"status":true\}/,
    );
  });

  test('shows events that are not billed by subject', () => {
    const [graph] = widgets.filter(({ properties }) => /by subject/.test(properties.title ?? ''));
    const names = graph?.properties.metrics?.map(([, name]) => name);
    expect(names).toEqual(['EventsUnmetered', 'EventsFailed', 'EventsUnknown']);
  });

  test('has tables of fields that the log line of a run has', async () => {
    const monitor = await deploy();
    await monitor.invokeAt(0);
    const line = monitor.logs
      .map((one) => JSON.parse(one))
      .find(({ message }) => message === 'run');
    const fields = widgets
      .flatMap(({ properties }) => /fields ([^|]*)/.exec(properties.query ?? '')?.[1] ?? [])
      .flatMap((list) => list.split(',').map((field) => field.trim()))
      // There is one incident in this run, and nothing is wrong.
      .filter((field) => !/^open\.[12]|^problem$/.test(field));
    expect(fields.length).toBeGreaterThan(8);
    for (const field of fields) {
      const value = field.split('.').reduce((one, key) => one?.[key], line);
      expect(value, field).toBeDefined();
    }
  });
});
