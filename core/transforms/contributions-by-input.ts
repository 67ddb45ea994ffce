/**
 * Contributions of columns as those of the inputs that they come from: of a column that comes from several
 * each has an equal part. So they add up to the same score.
 *
 * @param found shape [n * (columns + 1)], the expected score last
 * @param origins of each column the inputs that it comes from
 * @returns shape [n * (inputs + 1)]
 */
export function contributionsByInput(
  found: Float64Array,
  origins: readonly (readonly string[])[],
  inputs: readonly string[],
): Float64Array {
  const places = origins.map((names) => names.map((name) => inputs.indexOf(name)));
  const size = places.length + 1;
  const own = inputs.length + 1;
  const sums = new Float64Array((found.length / size) * own);
  for (let from = 0, to = 0; from < found.length; from += size, to += own) {
    places.forEach((of, column) => {
      const share = (found[from + column] as number) / of.length;
      for (const place of of) sums[to + place] = (sums[to + place] as number) + share;
    });
    sums[to + own - 1] = found[from + size - 1] as number;
  }
  return sums;
}
