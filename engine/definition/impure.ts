/** What row features are told that reach for what they must not have. */
export const impure = (what: string, instead: string): Error =>
  new Error(`row features must not use ${what}: ${instead}`);
