import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll } from 'vitest';
import { MonitorStack, type MonitorStackProps } from '../../infra/monitor-stack.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';

interface Synthesized {
  readonly template: CfnTemplate;
  /** The folder of the function's code, as it is uploaded. */
  readonly asset: string;
}

/** The stack as it is deployed, for all tests of a file; without its bundle unless asked for. */
export function synthesize(
  props: MonitorStackProps = {},
  { bundled = false }: { readonly bundled?: boolean } = {},
): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'unmetered-synth-'));
  afterAll(() => rmSync(outdir, { recursive: true }));
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const app = new App({
    outdir,
    context: { ...context, ...(!bundled && { 'aws:cdk:bundling-stacks': [] }) },
  });
  const stack = new MonitorStack(app, 'UnmeteredEventsMonitor', props);
  const template: CfnTemplate = app.synth().getStackArtifact(stack.artifactId).template;
  const asset = readdirSync(outdir).find((name) => name.startsWith('asset.'));
  return { template, asset: join(outdir, asset ?? 'none') };
}

// biome-ignore lint/suspicious/noExplicitAny: a template is whatever JSON it is.
export function resourcesOf({ Resources }: CfnTemplate, type: string): any[] {
  return Object.values(Resources).filter(({ Type }) => Type === type);
}
