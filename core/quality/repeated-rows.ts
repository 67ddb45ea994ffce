/** Standard deviations of chance that a share of repeated rows may be off by. */
const SIGMAS = 4;

/** Rows of the training and the test split, told apart by inputs and label together. */
export interface RepeatedCounts {
  readonly train: number;
  /** Training rows that stand once in their split. */
  readonly singles: number;
  readonly test: number;
  /** Test rows that stand in the training split, too. */
  readonly repeated: number;
}

/** Data of whose training rows fewer are there once repeats itself by nature. */
const MOSTLY_SINGLES = 0.5;

/**
 * The share of test rows that stand in the training split, and the share that does by chance: data of
 * few values repeats itself. A row that is drawn from the same source as n others is among them with
 * probability 1 - s/n, where s of them are there once (Good and Turing; I. J. Good, "The population
 * frequencies of species", 1953).
 *
 * In a sample of one source, rows that somebody stored twice repeat in the training split as often as
 * across splits, so chance would explain them. Where the time is among what rows are told apart by, or
 * most rows are there once, chance is taken to repeat none.
 *
 * @param allowed more than chance that is no finding
 * @param has.later the test split is of a later time: what is there twice in training explains nothing
 * @param has.times rows are told apart by their time, too
 * @returns null where a split has no rows
 */
export function repeatedShare(
  { train, singles, test, repeated }: RepeatedCounts,
  allowed: number,
  has: { readonly later: boolean; readonly times: boolean },
): { readonly share: number; readonly byChance: number; readonly max: number } | null {
  if (train === 0 || test === 0) return null;
  const isUnique = has.times || singles / train >= MOSTLY_SINGLES;
  const byChance = !has.later && isUnique ? 0 : 1 - singles / train;
  const noise = SIGMAS * Math.sqrt((byChance * (1 - byChance)) / test);
  return { share: repeated / test, byChance, max: Math.min(1, byChance + noise + allowed) };
}
