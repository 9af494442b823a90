import type { Threshold } from '../../../functions/monitor/thresholds/threshold.ts';
import { deployCommand, HAND_OVER } from '../deploy-command.ts';
import { element } from './dom.ts';

/** The command that deploys the moved limits, to be copied. */
export class DeployBox {
  readonly element: HTMLElement;
  readonly #stack: string | undefined;
  readonly #command = element('code', { tabindex: 0 });
  readonly #copy = element('button', { type: 'button' }, 'Copy');

  constructor(stack: string | undefined) {
    this.#stack = stack;
    this.#copy.addEventListener('click', () => void this.#onCopy());
    this.element = element(
      'section',
      { class: 'deploy' },
      element('h2', {}, 'Deploy'),
      element('p', {}, HAND_OVER),
      element('pre', {}, this.#command),
      this.#copy,
    );
  }

  show(rules: readonly Threshold[]): void {
    this.#command.textContent = deployCommand(rules, this.#stack);
    this.#copy.textContent = 'Copy';
  }

  async #onCopy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#command.textContent ?? '');
      this.#copy.textContent = 'Copied';
    } catch {
      // Not every browser lets a file write to the clipboard: then it is selected at least.
      getSelection()?.selectAllChildren(this.#command);
      this.#copy.textContent = 'Selected';
    }
  }
}
