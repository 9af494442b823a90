import { compute } from './compute.ts';
import { openPage } from './open-page.ts';

/** The same script runs in the page and in the thread that it starts. */
if (typeof document === 'undefined')
  compute(globalThis as unknown as Parameters<typeof compute>[0]);
else void openPage();
