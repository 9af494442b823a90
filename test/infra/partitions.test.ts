import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dependsOn } from '../support/depends-on.ts';
import { UNBUNDLED } from './synthesized.ts';

dependsOn(() => import('../../infra/app.ts'));

/** The template that `npx cdk deploy` makes with a profile of a region. */
function templateIn(region: string): string {
  const outdir = mkdtempSync(join(tmpdir(), 'unmetered-partition-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: outdir,
      CDK_DEFAULT_REGION: region,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...UNBUNDLED }),
    },
  });
  expect([status, stderr.match(/^.*Error.*$/m)]).toEqual([0, null]);
  return readFileSync(join(outdir, 'UnmeteredEventsMonitor.template.json'), 'utf8');
}

describe.each(['cn-north-1', 'us-gov-west-1'])('deployed in %s', { timeout: 120_000 }, (region) => {
  test('the stack has nothing of Amazon Q, which is not there', () => {
    const template = templateIn(region);
    expect(template).not.toContain('AWS::Chatbot');
    expect(template).not.toMatch(/"(Slack|Teams)\w+": ?\{/);
  });
});

test('deployed in eu-central-1 the stack can notify Slack and Teams', { timeout: 120_000 }, () => {
  const template = templateIn('eu-central-1');
  expect(template).toContain('AWS::Chatbot::SlackChannelConfiguration');
  expect(template).toContain('AWS::Chatbot::MicrosoftTeamsChannelConfiguration');
});

test.each(['cn-north-1', 'us-gov-west-1'])(
  'no ARN in the template names the partition aws (%s)',
  {
    timeout: 120_000,
  },
  (region) => {
    expect(templateIn(region).match(/"[^"]*arn:aws:[^"]*"/g)).toEqual(null);
  },
);
