import manifest from '../package.json' with { type: 'json' };

/** In the template, so that a person sees which version a stack was deployed from. */
export const VERSION = `${manifest.name} ${manifest.version}`;
