/**
 * Shows `vitest --changed` that a test file depends on a file and on its imports, although it starts that file in another
 * process. Vitest reads the import; nobody executes it.
 */
export function dependsOn(_imported: () => Promise<unknown>): void {}
