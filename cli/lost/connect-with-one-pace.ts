import type {
  Asker,
  AskerOptions,
  SharedPace,
} from '../../functions/monitor/togai/ask-with-retries.ts';
import { fixedCredential } from '../credentials.ts';
import type { Surroundings } from '../terminal.ts';

/** An address of Togai, with the token that goes there. */
interface Access {
  readonly baseUrl: string;
  readonly token: string;
  readonly tokenSource: string;
}

/**
 * Makes askers that share one pace, with any token: Togai's quota is that of the whole
 * organisation.
 */
export class Connection {
  readonly #requestsPerSecond: number;
  readonly #around: Surroundings;
  #pace: SharedPace | undefined;

  constructor(requestsPerSecond: number, around: Surroundings) {
    this.#requestsPerSecond = requestsPerSecond;
    this.#around = around;
  }

  /**
   * @param checkClock see {@link AskerOptions}
   * @throws SettingError for a text that is no token
   */
  async connect({ token, ...access }: Access, checkClock: boolean): Promise<Asker> {
    const { clock, stderr, requestTimeoutMs } = this.#around;
    // Loaded here, so that help and refusals come at once.
    const { Asker, SharedPace } = await import('../../functions/monitor/togai/ask-with-retries.ts');
    const options: AskerOptions = {
      ...access,
      credential: fixedCredential(token),
      requestsPerSecond: this.#requestsPerSecond,
      checkClock,
      clock,
      onWarning: (message) => stderr.write(`${message}\n`),
      ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    };
    this.#pace ??= new SharedPace(options);
    return Asker.connect(options, this.#pace);
  }
}
