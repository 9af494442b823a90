import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dependsOn } from '../support/depends-on.ts';
import { standardTemplate, UNBUNDLED } from './synthesized.ts';

dependsOn(() => import('../../infra/app.ts'));

/** The template that `npx cdk deploy` makes with a profile of a region. */
function templateIn(region: string): string {
  const outdir = mkdtempSync(join(tmpdir(), 'unmetered-partition-'));
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const env = {
    PATH: process.env.PATH,
    CDK_OUTDIR: outdir,
    CDK_DEFAULT_REGION: region,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...UNBUNDLED }),
  };
  try {
    const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
      encoding: 'utf8',
      env,
    });
    expect([status, stderr.match(/^.*Error.*$/m)]).toEqual([0, null]);
    return readFileSync(join(outdir, 'UnmeteredEventsMonitor.template.json'), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

describe.each(['cn-north-1', 'us-gov-west-1'])('deployed in %s', (region) => {
  let template = '';
  beforeAll(() => {
    template = templateIn(region);
  });

  test('the stack has nothing of Amazon Q, which is not there', () => {
    expect(template).not.toContain('AWS::Chatbot');
    expect(template).not.toMatch(/"(Slack|Teams)\w+": ?\{/);
  });

  test('no ARN in the template names the partition aws', () => {
    expect(template.match(/"[^"]*arn:aws:[^"]*"/g)).toEqual(null);
  });
});

test('elsewhere the stack can notify Slack and Teams', () => {
  const template = JSON.stringify(standardTemplate());
  expect(template).toContain('AWS::Chatbot::SlackChannelConfiguration');
  expect(template).toContain('AWS::Chatbot::MicrosoftTeamsChannelConfiguration');
});
