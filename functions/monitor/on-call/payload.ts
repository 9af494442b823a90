import { SettingError } from '../errors.ts';
import { printable } from '../text/text.ts';
import { parseTime } from '../timeline/time.ts';
import { readAuthor, readSilenceRequest, type SilenceRequest } from './read-silence-request.ts';

/** The request that the payload of an invocation holds. */
export type Asked =
  /** `time`: the scheduled one, epoch ms. */
  | { readonly kind: 'run'; readonly time: number | undefined }
  | { readonly kind: 'test'; readonly time: number | undefined }
  | { readonly kind: 'silence'; readonly request: SilenceRequest }
  | { readonly kind: 'unsilence'; readonly id: string; readonly by: string }
  | { readonly kind: 'silences' }
  | { readonly kind: 'status' };

const KINDS = ['test', 'silence', 'unsilence', 'silences', 'status'] as const;
type Kind = (typeof KINDS)[number];

/** The keys that may stand beside. */
const BESIDE: Readonly<Record<Kind | 'run', readonly string[]>> = {
  run: ['time'],
  test: ['time'],
  silence: [],
  unsilence: ['by'],
  silences: [],
  status: [],
};

/**
 * Reads the payload of an invocation. A misspelt silence must not start a run, so unknown keys are
 * refused.
 *
 * @throws SettingError for any other payload
 */
export function readPayload(payload: unknown): Asked {
  if (payload === null || payload === undefined) return { kind: 'run', time: undefined };
  if (typeof payload !== 'object' || Array.isArray(payload)) {
    throw new SettingError(`the payload is no JSON object; ${KNOWN}`);
  }
  const given = payload as Readonly<Record<string, unknown>>;
  const [kind = 'run', second] = KINDS.filter((one) => Object.hasOwn(given, one));
  const stray = Object.keys(given).find((key) => key !== kind && !BESIDE[kind].includes(key));
  if (second !== undefined || stray !== undefined) {
    const key = printable(second ?? stray ?? '', 40);
    throw new SettingError(
      `"${key}" has no meaning in this payload, so nothing was done; ${KNOWN}`,
    );
  }
  return asked(kind, given);
}

const KNOWN =
  'the function knows {}, {"time": "2026-11-21T09:00"}, {"test": true}, {"silence": {...}}, {"unsilence": "s-7k2f"}, {"silences": true} and {"status": true}';

function asked(kind: Kind | 'run', given: Readonly<Record<string, unknown>>): Asked {
  const value = given[kind];
  if (kind === 'silence') {
    if (typeof value === 'object' && value !== null) {
      return { kind, request: readSilenceRequest(value) };
    }
    throw new SettingError('silence: write {"account": "acme", "for": "2h", "by": "mira"}');
  }
  if (kind === 'unsilence') {
    if (typeof value !== 'string') throw new SettingError('unsilence: write the id of a silence');
    return { kind, id: value, by: given.by === undefined ? 'somebody' : readAuthor(given.by) };
  }
  if (kind !== 'run' && value !== true) throw new SettingError(`${kind}: write true`);
  return kind === 'run' || kind === 'test' ? { kind, time: readTime(given.time) } : { kind };
}

function readTime(text: unknown): number | undefined {
  return typeof text === 'string' ? parseTime(text) : undefined;
}
