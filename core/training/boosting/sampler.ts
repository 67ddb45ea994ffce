import { drawAscending, type Random } from "../random.ts";

export interface SampleShares {
  readonly rowShare: number;
  readonly columnShare: number;
}

/**
 * Draws rows and features for a tree, without replacement, both ascending; at least one of each. The
 * rows are the same array each time.
 */
export function sampler(
  { rowShare, columnShare }: SampleShares,
  random: Random,
  rowCount: number,
  featureCount: number,
): () => { readonly rows: Uint32Array; readonly features: readonly number[] } {
  const rows = new Uint32Array(Math.max(1, Math.round(rowShare * rowCount)));
  const features = new Uint32Array(Math.max(1, Math.round(columnShare * featureCount)));
  return () => {
    drawAscending(random, rowCount, rows.length, rows);
    drawAscending(random, featureCount, features.length, features);
    return { rows, features: [...features] };
  };
}
