import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { UnmeteredEventsMonitor } from '../../infra/unmetered-events-monitor.ts';
import { dependsOn } from '../support/depends-on.ts';
import { emptyFolder } from '../support/folder.ts';
import { UNBUNDLED, UNCHECKED } from './synthesized.ts';

dependsOn(() => import('../../infra/app.ts'));

describe('synthesis', () => {
  // The process and its checks take five seconds on an idle machine.
  test('needs no account and no credentials, and the checks of cdk-nag find nothing', {
    timeout: 120_000,
  }, () => {
    const folder = emptyFolder();
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, CDK_OUTDIR: folder, HOME: folder },
    });
    expect(stderr).not.toMatch(/ERROR|WARNING/);
    expect(status).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8'));
    const found: PluginReport[] = report.pluginReports;
    expect(found.map(({ pluginName }) => pluginName)).toEqual(
      expect.arrayContaining(['AwsSolutions', 'Serverless']),
    );
    expect(found.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

test('an app in which somebody is notified gets no message at synthesis', () => {
  const app = new App({ ...UNCHECKED, context: UNBUNDLED, outdir: emptyFolder() });
  new UnmeteredEventsMonitor(new Stack(app, 'Theirs'), 'Monitor', {
    runEveryMinutes: 10,
    alertEmails: ['oncall@example.com'],
  });
  const { messages } = app.synth().getStackArtifact('Theirs');
  expect(messages.map(({ entry }) => entry.data)).toEqual([]);
});

interface PluginReport {
  readonly pluginName: string;
  readonly violations: readonly unknown[];
}
