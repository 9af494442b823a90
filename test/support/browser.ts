import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian installs it. */
const CHROMIUM = '/usr/bin/chromium';

/** Without it the tests of pages are skipped, but not in continuous integration. */
export const HAS_BROWSER = existsSync(CHROMIUM) || process.env.REQUIRE_BROWSER === '1';
if (!HAS_BROWSER) process.stderr.write(`${CHROMIUM} is missing, so no page is tested\n`);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
