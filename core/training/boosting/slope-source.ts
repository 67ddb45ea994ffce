import { InvalidInputError } from "../../errors.ts";
import type { LabelledFrame } from "../training-frame.ts";
import type { BoostingKernels } from "./kernels/boosting-rows.ts";
import { stepsFor } from "./kernels/slope-arithmetic.ts";
import type { FillSlopes, Objective } from "./objectives/objective.ts";

/** Where the slopes of a round and the losses around it come from. */
export interface SlopeSource {
  /** Begins a round: the mean loss of the rows that train. */
  trainLoss(): number;
  heldLoss(): number;
  /** Slopes of the round by target. */
  slopes(): FillSlopes;
  /** Hands one target's slopes to the kernels, each row as often as `factors` says. */
  hand(fill: FillSlopes, target: number, factors?: Float64Array): void;
}

/** Slopes and losses by the kernels' own pass: log-loss of one target without weights. */
export function fusedSource({ train, held }: BoostingKernels): SlopeSource {
  return {
    trainLoss: () => train.fillSlopes(),
    heldLoss: () => held.fillSlopes(),
    slopes: () => () => {},
    hand: () => {},
  };
}

/**
 * Slopes and losses by the objective.
 *
 * @param first the score column of the objective's first target
 * @throws {InvalidInputError} from `hand` if a slope is not finite
 */
export function givenSource(
  objective: Objective,
  { train, held }: BoostingKernels,
  frame: LabelledFrame,
  validation: LabelledFrame,
  first: number,
): SlopeSource {
  const of = (scores: readonly Float64Array[]) => scores.slice(first, first + objective.targets);
  const trainScores = of(train.scores);
  const heldScores = of(held.scores);
  const { gradients, hessians } = train;
  return {
    trainLoss: () => objective.loss(frame, trainScores),
    heldLoss: () => objective.loss(validation, heldScores),
    slopes: () => objective.slopesAt(frame, trainScores),
    hand(fill, target, factors) {
      fill(target, gradients, hessians);
      factors?.forEach((factor, row) => {
        gradients[row] = (gradients[row] as number) * factor;
        hessians[row] = (hessians[row] as number) * factor;
      });
      const steps = (values: Float64Array) => stepsFor(largestOf(values, objective), train.count);
      train.setSlopes(steps(gradients), steps(hessians));
    },
  };
}

function largestOf(values: Float64Array, { name }: Objective): number {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    // A comparison with NaN is false: it has to be asked for by what it is not.
    if (!(size < Number.POSITIVE_INFINITY)) {
      throw new InvalidInputError(
        `slopes of objective ${name} are no longer finite; scale the target down or learn slower`,
      );
    }
    if (size > largest) largest = size;
  }
  return largest;
}
