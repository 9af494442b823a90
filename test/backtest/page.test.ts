import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HAS_BROWSER, openBrowser } from '../support/browser.ts';
import { cli } from '../support/cli.ts';
import { createJumpingClock } from '../support/clock.ts';
import { dependsOn } from '../support/depends-on.ts';
import { START } from './random-history.ts';
import { DAYS, stateFile } from './state-file.ts';

dependsOn(() => import('../../cli/backtest/page/main.ts'));

const HOSTILE = '</script><script>document.title = "taken"</script>';
const RULES = 'unmetered >= 6, unmetered by account >= 30% critical, failed >= 6';
const END = START + DAYS * 86_400_000;

const backtest = (...args: readonly string[]) =>
  cli(['backtest', ...args], { folder: tmpdir(), clock: createJumpingClock(END) });

describe.skipIf(!HAS_BROWSER)('the page of a backtest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unmetered-page-'));
  const state = stateFile(folder, HOSTILE);
  const file = join(folder, 'page.html');
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
    await backtest('--state', state, '--thresholds', RULES, '--html', file);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(viewport?: { readonly width: number; readonly height: number }) {
    const page = await browser.newPage(viewport && { viewport });
    onTestFinished(() => page.close());
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await isComputed(page);
    return { page, problems };
  }

  test.each([1, 2])(
    'has the numbers of the terminal for limits moved at random, %i',
    async (seed) => {
      const { page, problems } = await open();
      const handles = await page.getByRole('slider').all();
      for (const [index, handle] of handles.entries()) {
        await drag(page, handle, ((seed * 37 + index * 53) % 89) / 100 + 0.05);
      }
      await isComputed(page);
      const [, rules = ''] =
        /'Thresholds=(.*)'/.exec(await page.locator('.deploy code').innerText()) ?? [];
      expect(rules).not.toBe(RULES);
      expect(await numbersOn(page)).toEqual(await numbersInTerminal(state, rules));
      expect(problems).toEqual([]);
    },
  );

  test('moves a limit by the arrow keys', async () => {
    const { page } = await open();
    const handle = page.getByRole('slider', { name: 'Limit of unmetered', exact: true });
    await handle.focus();
    await page.keyboard.press('ArrowUp');
    expect(await handle.getAttribute('aria-valuetext')).toBe('unmetered >= 7');
    await isComputed(page);
    expect(await page.locator('.deploy code').innerText()).toContain(
      "'Thresholds=unmetered >= 7, ",
    );
  });

  test('shows the notifications of an incident that has the focus', async () => {
    const { page } = await open();
    await page.locator('.band').first().focus();
    expect(await page.locator('.tip:visible').innerText()).toMatch(/opened, (warning|critical)/);
  });

  test('shows each incident as a band that can be seen', async () => {
    const { page } = await open();
    const layer = await page.locator('.bands').first().boundingBox();
    for (const band of await page.locator('.bands').first().locator('.band').all()) {
      const box = await band.boundingBox();
      expect(box?.width).toBeGreaterThanOrEqual(5);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(
        1 + (layer?.x ?? 0) + (layer?.width ?? 0),
      );
    }
  });

  test('says that it computes while the numbers are those of other limits', async () => {
    const { page } = await open();
    const said = await page.evaluate(`new Promise((resolve) => {
      const said = [];
      const state = document.querySelector('.state');
      new MutationObserver(() => {
        said.push(state.textContent);
        if (said.length === 2) resolve(said);
      }).observe(state, { childList: true });
      const key = new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true });
      document.querySelector('[role=slider]').dispatchEvent(key);
    })`);
    expect(said).toEqual([
      'Computing the numbers of the moved limits …',
      'The column "chosen" is for the limits on this page.',
    ]);
  });

  test('shows the numbers of a rule without the others', async () => {
    const { page } = await open();
    const alone = page.locator('.alone', { hasText: 'This rule alone' });
    await alone.nth(2).waitFor();
    const { stdout } = await backtest('--state', state, '--thresholds', 'failed >= 6', '--json');
    const [set] = JSON.parse(stdout).sets;
    expect(await alone.nth(2).innerText()).toBe(
      `This rule alone: ${set.incidents} incidents, ${set.notificationsPerWeek.toFixed(1)} notifications a week.`,
    );
  });

  test.each([
    ['Limit of unmetered as a number', '-3', 'whole numbers from 1 to 1,000,000,000', '6'],
    ['Limit of unmetered as a number', '4.5', 'whole numbers from 1 to 1,000,000,000', '6'],
    ['Limit of unmetered as a number', '', 'whole numbers from 1 to 1,000,000,000', '6'],
    ['Limit of unmetered by account as a number', '101', 'numbers from 0.1 to 100', '30'],
  ])(
    '%s: "%s" changes nothing, and the page says which are allowed',
    async (name, text, allowed, kept) => {
      const { page } = await open();
      const box = page.getByRole('spinbutton', { name, exact: true });
      await box.fill(text);
      expect(await box.getAttribute('aria-invalid')).toBe('true');
      await box.blur();
      expect(await page.getByRole('alert').filter({ hasText: 'Allowed' }).innerText()).toBe(
        `Allowed are ${allowed}. The limit is still ${kept}.`,
      );
      expect([await box.inputValue(), await box.getAttribute('aria-invalid')]).toEqual([
        kept,
        null,
      ]);
      expect(await page.locator('.deploy code').innerText()).toContain(`'Thresholds=${RULES}'`);
    },
  );

  test('forgets the error once an allowed number is written', async () => {
    const { page } = await open();
    const box = page.getByRole('spinbutton', { name: 'Limit of failed as a number' });
    await box.fill('-3');
    await box.fill('8');
    expect(await box.getAttribute('aria-invalid')).toBeNull();
    expect(await page.locator('.error:visible').count()).toBe(0);
  });

  test('offers no limit that is the one it began with', async () => {
    const { page } = await open();
    for (const handle of await page.getByRole('slider').all()) {
      await handle.focus();
      await page.keyboard.press('ArrowUp');
    }
    const began = RULES.split(', ');
    const offered = await page.getByRole('button', { name: /^Use / }).allInnerTexts();
    expect(offered.filter((text) => began.includes(text.slice('Use '.length)))).toEqual([]);
  });

  test('says when an incident ends, and who deploys', async () => {
    const { page } = await open();
    const link = page.getByRole('link', { name: 'When an incident ends' });
    expect(await link.getAttribute('href')).toMatch(/docs\/incidents\.md#when-it-ends$/);
    expect(await page.locator('.deploy').innerText()).toContain(
      'Give this line to the engineers who deployed the monitor.',
    );
  });

  test('shows a name that looks like markup as it is', async () => {
    const { page, problems } = await open();
    await page.getByRole('searchbox').fill('</script>');
    await page.locator('.names tbody th').waitFor();
    expect(await page.locator('.names tbody th').allInnerTexts()).toEqual([HOSTILE]);
    expect(await page.title()).toBe('Choose thresholds by looking');
    expect(problems).toEqual([]);
  });

  test('is no wider than a phone', async () => {
    const { page } = await open({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });
});

const isComputed = (page: Page) => page.locator('.numbers[aria-busy=false]').waitFor();

/** @param part of the height of its chart, from the top */
async function drag(page: Page, handle: ReturnType<Page['locator']>, part: number): Promise<void> {
  await handle.scrollIntoViewIfNeeded();
  const line = await handle.boundingBox();
  const chart = await handle.locator('..').boundingBox();
  if (!line || !chart) throw new Error('the chart is not shown');
  const x = line.x + line.width / 3;
  await page.mouse.move(x, line.y + line.height / 2);
  await page.mouse.down();
  await page.mouse.move(x, chart.y + chart.height * part, { steps: 4 });
  await page.mouse.up();
}

function numbersOn(page: Page): Promise<string[]> {
  return page.locator('.numbers tbody td:nth-child(2)').allInnerTexts();
}

/** The same numbers by the command line, in the order of the page. */
async function numbersInTerminal(state: string, rules: string): Promise<string[]> {
  const { stdout } = await backtest('--state', state, '--thresholds', rules, '--json');
  const [set] = JSON.parse(stdout).sets;
  return [
    `${set.incidents}`,
    `${set.critical}`,
    set.hoursOpen.toFixed(1),
    set.notificationsPerWeek.toFixed(1),
    set.atNightPerWeek.toFixed(1),
    set.unnoticed.toLocaleString('en'),
    set.lost.toLocaleString('en'),
  ];
}
