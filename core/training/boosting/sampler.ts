import { drawAscending, type Random } from "../random.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import { drawByGradient } from "./goss.ts";
import type { FeatureChoice } from "./grow-tree.ts";
import type { FillSlopes } from "./objectives/objective.ts";
import type { RowSample } from "./row-sample.ts";

export interface Sampler {
  /** Whether rounds differ even where the scores do not. */
  readonly isRandom: boolean;
  /** @param fill slopes of the round, asked for where rows are drawn by their gradients */
  drawRows(round: number, fill: FillSlopes): RowSample;
  /** Features of a tree, ascending, at least one. */
  drawFeatures(): readonly number[];
  /** What of those may split which leaf. */
  choiceAmong(features: readonly number[]): FeatureChoice;
}

type Shares = Pick<
  BoostingParameters,
  | "sampling"
  | "rowShare"
  | "topShare"
  | "otherShare"
  | "columnShare"
  | "nodeColumnShare"
  | "learningRate"
>;

/**
 * Draws rows for a round and features for a tree and a leaf, without replacement.
 *
 * @param sets features that may meet on a way from the root, empty if all may
 */
export function sampler(
  shares: Shares,
  random: Random,
  rowCount: number,
  featureCount: number,
  targets: number,
  sets: readonly (readonly number[])[],
): Sampler {
  const { rowShare, columnShare, nodeColumnShare, sampling } = shares;
  const wanted = Math.max(1, Math.round(rowShare * rowCount));
  const rows = new Uint32Array(wanted < rowCount ? wanted : 0);
  const drawFrom = (features: readonly number[], share: number): readonly number[] => {
    const places = new Uint32Array(Math.max(1, Math.round(share * features.length)));
    if (places.length >= features.length) return features;
    drawAscending(random, features.length, places.length, places);
    return Array.from(places, (place) => features[place] as number);
  };
  const all = Array.from({ length: featureCount }, (_, feature) => feature);
  // As in LightGBM, rows are drawn by gradients only when scores have begun to tell.
  const firstDrawn = 1 / shares.learningRate;

  return {
    isRandom: rowShare < 1 || columnShare < 1 || nodeColumnShare < 1 || sampling === "goss",
    drawRows(round, fill) {
      if (sampling === "goss") {
        if (round < firstDrawn) return { count: rowCount };
        return drawByGradient(shares, random, rowCount, targets, fill);
      }
      if (wanted >= rowCount) return { count: rowCount };
      drawAscending(random, rowCount, wanted, rows);
      return { count: wanted, rows };
    },
    drawFeatures: () => drawFrom(all, columnShare),
    choiceAmong: (features) => (path) => drawFrom(mayMeet(features, path, sets), nodeColumnShare),
  };
}

/** Features that share a set with all of the path; of none in any set, that alone goes on. */
function mayMeet(
  features: readonly number[],
  path: readonly number[],
  sets: readonly (readonly number[])[],
): readonly number[] {
  if (sets.length === 0 || path.length === 0) return features;
  const open = sets.filter((set) => path.every((feature) => set.includes(feature)));
  const allowed = new Set([...path, ...open.flat()]);
  return features.filter((feature) => allowed.has(feature));
}
