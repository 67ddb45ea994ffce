/** Rows that are explained where a model is small. */
const MOST_ROWS = 1_000;

/** Rows that are explained however large a model is. */
const LEAST_ROWS = 20;

/** Bytes of explainer times rows. A leaf takes about 140 bytes: some 30 million leaves are passed. */
const MOST_WORK = 4e9;

/** Contributions that are found at once: 80 MB. */
const MOST_NUMBERS = 1e7;

/**
 * How many rows the mean contributions of a model are found on: fewer, the larger it is. So it takes
 * seconds at most, and how many there are does not depend on the machine's speed.
 *
 * @param explainerBytes length of `explainer.json`
 * @param numbers contributions of one row: width * (inputs + 1)
 */
export function explainedRows(explainerBytes: number, numbers: number): number {
  const affordable = Math.min(MOST_WORK / explainerBytes, MOST_NUMBERS / numbers, MOST_ROWS);
  return Math.max(Math.floor(affordable), LEAST_ROWS);
}
