import type { StepOf, TransformStep } from "../definition/transform-schema.ts";
import type { FrameColumn } from "../training/training-frame.ts";
import type { FittedJoint } from "./fit-custom.ts";
import { fitCustom, textsOf } from "./fit-custom.ts";
import { aText, type FitContext, type FittedStep } from "./fitted-step.ts";
import type { ColumnValue, Operators } from "./operators.ts";
import { fitBucketise } from "./steps/bucketise.ts";
import { fitFrequency, fitOrdinal } from "./steps/categories-to-numbers.ts";
import { fitClip } from "./steps/clip.ts";
import { fitCyclic } from "./steps/cyclic.ts";
import { fitHash, fitRare, fitUnknown } from "./steps/fold-categories.ts";
import { fitImpute } from "./steps/impute.ts";
import { fitOneHot } from "./steps/one-hot.ts";
import { fitPower } from "./steps/power.ts";
import { fitScale } from "./steps/scale.ts";
import { fitTarget } from "./steps/target.ts";
import { fitText } from "./steps/text.ts";

/** Steps that make columns. */
export type MakingStep = Exclude<TransformStep, { readonly how: "drop" | "keep" }>;

/** A fitted step, for all of what it reads at once. */
export interface FittedApplication extends FittedJoint, Pick<FittedStep, "ends" | "training"> {}

/** Fits a step to the columns that it reads: one, or all together. */
export function fitStep(
  step: MakingStep,
  columns: readonly FrameColumn[],
  context: FitContext,
): FittedApplication {
  if (step.how === undefined) return fitCustom(step, columns, context);
  if (step.how === "cross") return cross(step);
  const { build, ...fitted } = fitOne(step, columns[0] as FrameColumn, context);
  return {
    ...fitted,
    build: (nodes, [column]) => build(nodes, column as NonNullable<typeof column>),
  };
}

type OneColumnStep = Exclude<MakingStep, { readonly how?: undefined } | StepOf<"cross">>;

function fitOne(step: OneColumnStep, column: FrameColumn, context: FitContext): FittedStep {
  switch (step.how) {
    case "impute":
      return fitImpute(step, column);
    case "scale":
      return fitScale(step, column);
    case "bucketise":
      return fitBucketise(step, column);
    case "one-hot":
      return fitOneHot(step, column);
    case "ordinal":
      return fitOrdinal(step, column);
    case "target":
      return fitTarget(step, column, context);
    case "frequency":
      return fitFrequency(step, column);
    case "hash":
      return fitHash(step, column);
    case "rare":
      return fitRare(step, column);
    case "unknown":
      return fitUnknown(step, column);
    case "clip":
      return fitClip(step, column);
    case "power":
      return fitPower(step, column);
    case "cyclic":
      return fitCyclic(step);
    case "text":
      return fitText(step, column);
  }
}

/** Columns of strings as one; missing where one of them is. */
function cross({ separator }: StepOf<"cross">): FittedApplication {
  return {
    found: { separator },
    build<Numbers, Texts>(
      nodes: Operators<Numbers, Texts>,
      columns: readonly ColumnValue<Numbers, Texts>[],
    ) {
      return [
        aText(
          textsOf(columns).reduce((first, second) => nodes.joinTexts(first, separator, second)),
        ),
      ];
    },
  };
}
