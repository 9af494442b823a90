import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { History } from './history.ts';
import { STYLE } from './page/style.ts';
import { type PageData, packHistory, packPage } from './page-data.ts';
import { pageParts } from './page-parts.ts';

/**
 * The page on which limits are moved, as one file that asks no network. Its program holds the same evaluation and incidents as the
 * function.
 */
export async function renderBacktestPage(data: PageData, history: History): Promise<string> {
  const { program, chartStyle, licence } = await pageParts();
  const [page, counts] = await Promise.all([packPage(data), packHistory(history)].map(zipped));
  // In a script of HTML this would be its end.
  const script = program.replaceAll('</script', '<\\/script');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; worker-src blob:; connect-src data:">
<title>Choose thresholds by looking</title>
<style>${chartStyle}${STYLE}</style>
</head>
<body>
<footer><details><summary>Charts by uPlot, under the MIT licence</summary><pre>${licence}</pre></details></footer>
<script type="application/octet-stream" id="data">${page}</script>
<script type="application/octet-stream" id="counts">${counts}</script>
<script id="program">${script}</script>
</body>
</html>
`;
}

async function zipped(packed: Uint8Array): Promise<string> {
  return (await promisify(gzip)(packed)).toString('base64');
}
