import { expect, test } from 'vitest';
import { releaseNotes } from '../package/release-notes.ts';

const CHANGELOG = `# Changelog

## 1.1.0 - 2026-12-01

### Added

- Something new.

## 1.0.0 - 2026-11-01

- Something old.
`;

test('the notes of a release are its section of the changelog', () => {
  expect(releaseNotes(CHANGELOG, '1.1.0')).toBe('### Added\n\n- Something new.\n');
});

test.each([
  ['an unknown version', '1.2.0', /no section "## 1\.2\.0 - DATE"/],
  ['a part of a version', '1.1', /no section "## 1\.1 - DATE"/],
])('there is no release of %s', (_, version, reason) => {
  expect(() => releaseNotes(CHANGELOG, version)).toThrow(reason);
});

test('there is no release without its day', () => {
  expect(() => releaseNotes('## 1.1.0 - soon\n', '1.1.0')).toThrow(/does not end in a date/);
});
