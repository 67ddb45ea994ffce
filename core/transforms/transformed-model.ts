import type { TransformStep } from "../definition/transform-schema.ts";
import { transformedExplainer } from "../explain/transformed-explainer.ts";
import { checkColumns } from "../training/check-frames.ts";
import type { TrainedModel } from "../training/trained-model.ts";
import type { Frame, LabelledFrame } from "../training/training-frame.ts";
import { contributionsByInput } from "./contributions-by-input.ts";
import { fitTransforms } from "./fit-transforms.ts";
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
 * comes from several; its explainer file holds the transforms, too. It has no state to go on from.
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
  const { contributions, explainer } = model;
  return {
    scores: (frame) => model.scores(apply(frame)),
    addTo: (graph, inputs) => model.addTo(graph, addTransforms(graph, inputs, fitted, kinds)),
    summary: {
      ...model.summary,
      transforms: { steps: fitted.found, columns: fitted.columns.map(({ name }) => name) },
    },
    ...(contributions && {
      contributions: (frame: Frame) =>
        contributionsByInput(
          contributions(apply(frame)),
          fitted.origins,
          train.columns.map(({ name }) => name),
        ),
    }),
    ...(explainer && {
      explainer: () => transformedExplainer(train.columns, fitted, explainer()),
    }),
  };
}
