import {
  BOOSTING_OBJECTIVES,
  type BoostingObjective,
} from "../../../definition/parameters/boosting.ts";
import { type Task, widthOf } from "../../../definition/task.ts";
import { InvalidInputError } from "../../../errors.ts";
import type { BoostingParameters } from "../boosting-parameters.ts";
import { lambdaRank } from "./lambda-rank.ts";
import { logLoss } from "./log-loss-objective.ts";
import type { Objective } from "./objective.ts";
import { absolute, huber, poisson, quantile, squared, tweedie } from "./regression-losses.ts";
import { softmaxObjective } from "./softmax-objective.ts";

type Choice = Pick<
  BoostingParameters,
  "objective" | "huberDelta" | "quantile" | "tweediePower" | "truncation"
>;

const DEFAULTS: Readonly<Record<Task["type"], BoostingObjective>> = {
  binary: "logLoss",
  multiclass: "softmax",
  regression: "squared",
  ranking: "lambdaRank",
};

/**
 * The objective that the parameters name, or that of the task.
 *
 * @throws {InvalidInputError} if it is not for the task
 */
export function makeObjective(parameters: Choice, task: Task): Objective {
  const name = parameters.objective ?? DEFAULTS[task.type];
  if (BOOSTING_OBJECTIVES[name] !== task.type) {
    throw new InvalidInputError(
      `objective ${name} is for a ${BOOSTING_OBJECTIVES[name]} target, and this one is ${task.type}`,
    );
  }
  const make: Readonly<Record<BoostingObjective, () => Objective>> = {
    logLoss: () => logLoss,
    softmax: () => softmaxObjective(widthOf(task)),
    squared: () => squared,
    absolute: () => absolute,
    huber: () => huber(parameters.huberDelta),
    quantile: () => quantile(parameters.quantile),
    poisson: () => poisson,
    tweedie: () => tweedie(parameters.tweediePower),
    lambdaRank: () => lambdaRank(parameters.truncation),
  };
  return make[name]();
}
