/**
 * SQL of two columns of the prediction log by which versions on trial are told apart. Files from before
 * there were deployments have neither; a row of such a time in a newer file has no route.
 *
 * @param known names of the columns that the files have
 */
export const trialColumns = (known: ReadonlyMap<string, string>) => ({
  route: known.has("route") ? 'coalesce("route", "alias")' : '"alias"',
  insteadOf: known.has("insteadOf") ? '"insteadOf"' : "CAST(NULL AS INTEGER)",
});
