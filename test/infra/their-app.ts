import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { onTestFinished } from 'vitest';
import {
  UnmeteredEventsMonitor,
  type UnmeteredEventsMonitorProps,
} from '../../infra/unmetered-events-monitor.ts';
import type { CfnTemplate } from '../support/cloudformation.ts';
import { UNBUNDLED, UNCHECKED } from './synthesized.ts';

/** Properties of the construct, and such as it may not have yet. */
export type Props = UnmeteredEventsMonitorProps & Readonly<Record<string, unknown>>;

/** The template of a stack that somebody else has filled. */
export function synthesizeTheirs(fill: (stack: Stack) => void): CfnTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'unmetered-theirs-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const app = new App({ ...UNCHECKED, context: UNBUNDLED, outdir });
  fill(new Stack(app, 'Theirs'));
  const { template } = app.synth().getStackArtifact('Theirs');
  return { Parameters: {}, Conditions: {}, ...template };
}

/** One monitor with literal properties. */
export function synthesizeMonitor(props: Props = {}): CfnTemplate {
  return synthesizeTheirs((stack) => {
    new UnmeteredEventsMonitor(stack, 'Monitor', props);
  });
}
