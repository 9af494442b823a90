/** Draws the pictures of notifications in the docs, from the page of `unmetered preview`: run it when a text of them changes. */

import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { renderPage } from '../../cli/preview/page.ts';

/** Where Debian installs it. */
const CHROMIUM = '/usr/bin/chromium';
const PHONE = { width: 390, height: 100 };
const DESKTOP = { width: 1_240, height: 1_010 };

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The first email, down to the line that names its incident. */
async function drawPhone(page: Page): Promise<void> {
  const email = page.locator('article.email').first();
  const text = (await email.locator('pre').textContent()) ?? '';
  const end = text.indexOf('\n\n', text.indexOf('\nIncident '));
  await email.locator('pre').evaluate((pre, length) => {
    pre.textContent = (pre.textContent ?? '').slice(0, length);
  }, end);
  await email.locator('h3').evaluate((heading) => heading.remove());
  await email.evaluate((card) => document.body.replaceChildren(card));
  await page.addStyleTag({ content: 'body { padding: 0; margin: 0 } article { border: 0 }' });
  await page.screenshot({ path: file('phone.png'), fullPage: true });
}

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  const phone = await browser.newPage({ viewport: PHONE, deviceScaleFactor: 2 });
  await phone.setContent(renderPage());
  await drawPhone(phone);
  const desktop = await browser.newPage({ viewport: DESKTOP });
  await desktop.setContent(renderPage());
  await desktop.screenshot({ path: file('preview.png') });
} finally {
  await browser.close();
}
