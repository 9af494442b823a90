import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { only, standardTemplate } from './synthesized.ts';

const VERSION = `unmetered-events-monitor ${manifest.version}`;

test('the template says which version it was made by', () => {
  expect(standardTemplate()).toHaveProperty('Description', expect.stringContaining(VERSION));
});

test('the function says which version it is', () => {
  const { Description } = only(standardTemplate(), 'AWS::Lambda::Function');
  expect(JSON.stringify(Description)).toContain(VERSION);
});
