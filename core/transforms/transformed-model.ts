import type { TransformStep } from "../definition/transform-schema.ts";
import { checkColumns } from "../training/check-frames.ts";
import type { TrainedModel } from "../training/trained-model.ts";
import type { Frame, LabelledFrame } from "../training/training-frame.ts";
import { type FittedTransforms, fitTransforms } from "./fit-transforms.ts";
import type { FitContext } from "./fitted-step.ts";
import { addTransforms, transformFrame } from "./transform-frame.ts";

/** Frames as they come, and what the transforms are fitted with. */
export interface TransformedTraining extends Pick<FitContext, "task" | "seed"> {
  readonly steps: readonly TransformStep[];
  readonly train: LabelledFrame;
  readonly validation: LabelledFrame;
}

/**
 * Trains a model on transformed columns. It takes the columns as they come, like any other: the
 * transforms are part of it, in its scores and in its graph.
 *
 * Of contributions each input has those of the columns that come from it, in equal parts where one
 * comes from several. It has no explainer file and no state to go on from.
 *
 * @param trainFamily trains on the transformed frames
 */
export async function trainTransformed(
  { steps, train, validation, task, seed }: TransformedTraining,
  trainFamily: (train: LabelledFrame, validation: LabelledFrame) => Promise<TrainedModel>,
): Promise<TrainedModel> {
  const { fitted, train: transformed } = fitTransforms(steps, train, { task, seed });
  const apply = (frame: Frame) => {
    checkColumns(frame, train.columns);
    return transformFrame(fitted, frame);
  };
  const seen = { ...validation, columns: apply(validation).columns };
  const model = await trainFamily(transformed, seen);
  const kinds = new Map(train.columns.map(({ name, kind }) => [name, kind]));
  const { contributions } = model;
  return {
    scores: (frame) => model.scores(apply(frame)),
    addTo: (graph, inputs) => model.addTo(graph, addTransforms(graph, inputs, fitted, kinds)),
    summary: {
      ...model.summary,
      transforms: { steps: fitted.found, columns: fitted.columns.map(({ name }) => name) },
    },
    ...(contributions && {
      contributions: (frame: Frame) =>
        byInput(
          contributions(apply(frame)),
          fitted,
          train.columns.map(({ name }) => name),
        ),
    }),
  };
}

/** Contributions of columns as those of inputs, the expected score last. */
function byInput(
  found: Float64Array,
  { origins }: Pick<FittedTransforms, "origins">,
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
