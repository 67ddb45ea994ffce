import { drawAscending, type Random } from "../random.ts";

export interface SampleShares {
  readonly rowShare: number;
  readonly columnShare: number;
}

/**
 * Draws rows and features for a tree, without replacement, both ascending; at least one of each.
 *
 * @param into takes the rows at its start, shape [rows]
 */
export function sampler(
  { rowShare, columnShare }: SampleShares,
  random: Random,
  into: Uint32Array,
  featureCount: number,
): () => { readonly rowCount: number; readonly features: readonly number[] } {
  const rowCount = Math.max(1, Math.round(rowShare * into.length));
  const features = new Uint32Array(Math.max(1, Math.round(columnShare * featureCount)));
  return () => {
    drawAscending(random, into.length, rowCount, into);
    drawAscending(random, featureCount, features.length, features);
    return { rowCount, features: [...features] };
  };
}
