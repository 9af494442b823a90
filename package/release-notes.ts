/**
 * The section of the changelog about a version.
 *
 * @throws Error if the version has no section with a date
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((text) => text.startsWith(`## ${version} - `));
  if (section === undefined) {
    throw new Error(
      `CHANGELOG.md has no section "## ${version} - DATE"; name the version and the day of the release there`,
    );
  }
  const [head = '', ...lines] = section.split('\n');
  if (!/ - \d{4}-\d{2}-\d{2}$/.test(head)) {
    throw new Error(`CHANGELOG.md: "${head}" does not end in a date such as 2026-11-30`);
  }
  return `${lines.join('\n').trim()}\n`;
}
