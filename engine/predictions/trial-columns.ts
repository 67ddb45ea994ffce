/**
 * SQL of columns of the prediction log by which versions on trial are told apart and weighed. Files from
 * before there were deployments have none; a row of such a time in a newer file has no route.
 *
 * @param known names of the columns that the files have
 */
export const trialColumns = (known: ReadonlyMap<string, string>) => ({
  route: known.has("route") ? 'coalesce("route", "alias")' : '"alias"',
  /** How many predictions a logged one stands for: the others of its kind were not sampled. */
  weight: known.has("sampleRate") ? '1 / coalesce("sampleRate", 1)' : "1",
  insteadOf: known.has("insteadOf") ? '"insteadOf"' : "CAST(NULL AS INTEGER)",
});
