import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };
import { releaseNotes } from './release-notes.ts';

/**
 * Makes a release of the version in `package.json`: checks, notes, tarball, tag. It publishes
 * nothing and pushes nothing: a person looks at the files in `release/` and at the tag first.
 */
const { version } = manifest;
const tag = `v${version}`;

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { stdio: 'inherit' });
const answer = (...args: readonly string[]) =>
  execFileSync('git', args, { encoding: 'utf8' }).trim();

function refuse(reason: string): never {
  process.stderr.write(`release: ${reason}\n`);
  process.exit(2);
}

if (answer('status', '--porcelain') !== '') refuse('there are changes that are not committed');
if (answer('branch', '--show-current') !== 'main') refuse('this is not the branch main');
if (answer('tag', '--list', tag) !== '') refuse(`${tag} exists; raise the version in package.json`);

const notes = notesOrRefuse();
run('npm', 'test');
run('npm', 'run', 'test:examples');
mkdirSync('release', { recursive: true });
writeFileSync(`release/${tag}.md`, notes);
run('npm', 'pack', '--pack-destination', 'release');
run('git', 'tag', '--annotate', tag, '--message', `Version ${version}`);
process.stdout.write(`
${tag} is tagged here, and release/ has the tarball and the notes. To hand it out:
  git push origin main ${tag}
  gh release create ${tag} release/*-${version}.tgz --notes-file release/${tag}.md
`);

function notesOrRefuse(): string {
  try {
    return releaseNotes(readFileSync('CHANGELOG.md', 'utf8'), version);
  } catch (error) {
    return refuse((error as Error).message);
  }
}
