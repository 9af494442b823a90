import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';

test('test prints the test message of every channel', async () => {
  const { stdout, exitCode } = await cli(['test']);
  expect(stdout).toMatch(/^Subject: TEST: [\s\S]*Email:[\s\S]*SMS:[\s\S]*Chat:[\s\S]*JSON:/);
  expect(exitCode).toBe(0);
});

describe('preview', () => {
  test('writes one page with every kind of notification, which loads no other file', async () => {
    const out = join(emptyFolder(), 'preview.html');
    const { exitCode } = await cli(['preview', '--out', out]);
    const page = readFileSync(out, 'utf8');
    for (const title of [
      'Opened',
      'Opened: many accounts',
      'Escalated',
      'Changed',
      'Reminder',
      'Resolved',
      'Resolved: it began and ended',
      'Closed',
      'Opened: a share of events',
      'Monitoring is broken',
      'Monitoring works again',
      'Notice: a gap',
      'Test',
    ]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    expect(page).not.toMatch(/<(script|link|img)\b|src=|url\(/);
    expect(exitCode).toBe(0);
  });

  test('refuses a file that cannot be written', async () => {
    const { exitCode, stderr } = await cli([
      'preview',
      '--out',
      join(emptyFolder(), 'no', 'p.html'),
    ]);
    expect(stderr).toMatch(/--out: .* cannot be written \(ENOENT\); choose another file/);
    expect(exitCode).toBe(2);
  });
});
