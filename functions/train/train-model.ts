import type { Candidate } from "../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { candidatesOf } from "../../core/search/candidates-of.ts";
import { sampleFrame } from "../../core/training/sample-frame.ts";
import type { TrainCandidateInput } from "../../core/training/train-candidate.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import type { MadeCandidate, TrainingWork } from "./made-candidate.ts";

export interface ModelDeps {
  /** With the tools of this machine. */
  readonly trainCandidate: (order: Omit<TrainCandidateInput, "tools">) => Promise<TrainedModel>;
}

/**
 * Trains one of the definition's candidates on a share of the training rows.
 *
 * @throws {InvalidInputError} if the definition has no such candidate, or there is nothing to learn
 */
export async function trainModel(
  { trainCandidate }: ModelDeps,
  { definition, task, dataset }: TrainingWork,
  order: { readonly index: number; readonly name: string; readonly rowShare: number },
  validation: LabelledFrame,
): Promise<MadeCandidate> {
  const candidate = candidateOf(candidatesOf(definition), order);
  const { seed, calibration } = definition;
  const train = sampleFrame(await dataset.split("train", []), order.rowShare, seed);
  const model = await trainCandidate({ candidate, task, seed, train, validation });
  return {
    family: candidate.family,
    parameters: candidate.parameters,
    calibration,
    summary: model.summary,
    addTo: (graph, inputs) => model.addTo(graph, inputs),
    validationScores: model.scores(validation),
    scores: async (frame) => model.scores(frame),
  };
}

function candidateOf(
  candidates: readonly Candidate[],
  { index, name }: { readonly index: number; readonly name: string },
): Candidate {
  const candidate = candidates[index];
  if (candidate?.name === name) return candidate;
  throw new InvalidInputError(
    `definition has no candidate ${index} named ${name}; its candidates are [${candidates.map((known) => known.name)}]`,
  );
}
