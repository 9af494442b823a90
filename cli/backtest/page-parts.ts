import { bundlePage, type PageParts } from './bundle-page.ts';

/** The parts of the page, made from their sources. In the package, `package/page-parts.ts` stands in its place. */
export function pageParts(): Promise<PageParts> {
  return bundlePage();
}
