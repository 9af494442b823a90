import type { Command } from 'commander';
import { SETTINGS } from '../functions/monitor/settings/all-settings.ts';
import { CLOCK_MARGIN_MS } from '../functions/monitor/togai/clock-ahead.ts';
import { connectTogai, useProxy } from './connect-togai.ts';
import { fixedCredential } from './credentials.ts';
import { MOST_REQUESTS } from './doctor/choose-compared-range.ts';
import { findingsOfSettings } from './doctor/findings-of-settings.ts';
import { addSetting, addVerbose, EXIT, type ExitWith, type SettingFlags } from './flags.ts';
import { DOCTOR_EXIT_CODES, TOKEN_SOURCES } from './help.ts';
import { FoundSettings } from './settings.ts';
import { leaving, painterFor, type Surroundings } from './terminal.ts';

interface DoctorFlags extends Partial<SettingFlags> {
  readonly json: boolean | undefined;
  readonly verbose: boolean | undefined;
}

const DOCTOR_SETTINGS = ['togaiBaseUrl', 'maxRequestsPerSecond', 'ignoredSchemas'] as const;
const EXIT_OF = {
  works: EXIT.nothingBreached,
  reservation: EXIT.breached,
  cannot: EXIT.couldNotCount,
} as const;

const MORE_HELP = `
It sends 4 to ${MOST_REQUESTS} requests, and changes nothing.

${TOKEN_SOURCES}

Signs:
  ✓ works   ! works with a reservation   ✗ does not work   ? not to be told here

Examples:
  $ npx unmetered doctor
  $ npx unmetered doctor --togai-base-url sandbox --json

${DOCTOR_EXIT_CODES}`;

/** `unmetered doctor` */
export function defineDoctor(command: Command, around: Surroundings, exitWith: ExitWith): void {
  for (const key of DOCTOR_SETTINGS) addSetting(command, SETTINGS[key]);
  command.option('--json', 'print one JSON object instead of lines');
  addVerbose(command);
  command
    .addHelpText('after', MORE_HELP)
    .action(async (flags: DoctorFlags) => exitWith(await runDoctor(flags, around)));
}

/** Asks Togai and prints the findings. @returns the exit code */
async function runDoctor(flags: DoctorFlags, around: Surroundings): Promise<number> {
  const settings = new FoundSettings(flags, around);
  const access = settings.access();
  const requestsPerSecond = settings.read('maxRequestsPerSecond');
  const ofSettings = findingsOfSettings(settings, around.clock.now());
  if (flags.verbose) around.stderr.write(settings.describe(DOCTOR_SETTINGS));
  await useProxy(access.baseUrl, around.env);
  const [{ ask }, { diagnose, doctorJson, doctorText }] = await Promise.all([
    import('./doctor/ask-all-questions.ts'),
    import('./doctor/report.ts'),
  ]);
  const togai = await asking({ ...access, requestsPerSecond }, around);
  const diagnosis = diagnose(await leaving('nothing was found out', ask(togai)), ofSettings);
  around.stdout.write(
    flags.json
      ? doctorJson(diagnosis, access.baseUrl)
      : doctorText(diagnosis, access.baseUrl, painterFor(around.stdout, around.env)),
  );
  return EXIT_OF[diagnosis.result];
}

type Access = ReturnType<FoundSettings['access']> & { readonly requestsPerSecond: number };

/** A client that takes note of the date of the first answer. */
async function asking(access: Access, { clock, signal, stderr, requestTimeoutMs }: Surroundings) {
  const { exchange } = await import('../functions/monitor/togai/exchange.ts');
  let aheadMs: number | undefined;
  const togai = await connectTogai({
    ...access,
    credential: fixedCredential(access.token),
    clock,
    checkClock: false,
    onWarning: (message) => stderr.write(`${message}\n`),
    ...(requestTimeoutMs !== undefined && { requestTimeoutMs }),
    async exchange(url, options) {
      const answer = await exchange(url, options);
      const date = Date.parse(answer.headers.get('date') ?? '');
      if (aheadMs === undefined && !Number.isNaN(date)) aheadMs = clock.now() - date;
      return answer;
    },
  });
  const isFarOff = () => aheadMs !== undefined && Math.abs(aheadMs) > CLOCK_MARGIN_MS;
  const now = () => clock.now() - (isFarOff() ? (aheadMs ?? 0) : 0);
  return { togai, aheadMs: () => aheadMs, now, signal };
}
