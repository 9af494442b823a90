import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { emptyFolder } from '../support/folder.ts';
import { TEAMS } from './parameter-values.ts';
import { resourcesOf, UNBUNDLED, UNCHECKED } from './synthesized.ts';

describe('in another CDK app', () => {
  const build = (props: ConstructorParameters<typeof UnmeteredEventsMonitor>[2]) => {
    const app = new App({ ...UNCHECKED, context: UNBUNDLED, outdir: emptyFolder() });
    const stack = new Stack(app, 'Theirs');
    const monitor = new UnmeteredEventsMonitor(stack, 'Monitor', props);
    return { monitor, template: app.synth().getStackArtifact('Theirs').template };
  };

  test('it needs no properties', () => {
    const { monitor } = build({});
    expect(monitor.metric('EventsUnmetered').namespace).toBe('UnmeteredEventsMonitor');
  });

  test('values that are known at synthesis make resources without conditions', () => {
    const { template: theirs } = build({
      alertEmails: ['oncall@example.com'],
      slack: { workspaceId: 'T1', channelId: 'C1' },
      teams: {
        tenantId: TEAMS.TeamsTenantId,
        teamId: TEAMS.TeamsTeamId,
        channelId: TEAMS.TeamsChannelId,
      },
      settings: { thresholds: 'failed >= 1', windowMinutes: 120 },
    });
    const conditional = Object.values(theirs.Resources).filter(
      (resource) => (resource as { Condition?: string }).Condition !== undefined,
    );
    expect(conditional).toEqual([]);
    const [{ Properties }] = resourcesOf(theirs, 'AWS::Lambda::Function');
    expect(Properties.Environment.Variables).toMatchObject({
      THRESHOLDS: 'failed >= 1',
      WINDOW_MINUTES: '120',
    });
  });

  test.each([
    [
      'a threshold',
      { settings: { thresholds: 'unmeterd >= 1' } },
      /Thresholds: .*did you mean "unmetered"/,
    ],
    ['a window', { settings: { windowMinutes: 45 } }, /WindowMinutes: "45" is not one of 30, 60/],
    ['an interval', { runEveryMinutes: 7 }, /runEveryMinutes: "7" is not one of 5, 10, 15/],
  ])('%s that cannot be used is refused at synthesis', (_, props, reason) => {
    expect(() => build(props)).toThrow(reason);
  });
});
