import type { Candidate } from "../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { candidatesOf } from "../../core/search/candidates-of.ts";
import { sampleFrame } from "../../core/training/sample-frame.ts";
import type { TrainCandidateInput } from "../../core/training/train-candidate.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { withCode } from "../../core/transforms/with-code.ts";
import { type ContinuingDeps, continueFrom } from "./continue-from.ts";
import { explainModel } from "./explain-model.ts";
import type { MadeCandidate, TrainingWork } from "./made-candidate.ts";

export interface ModelDeps extends ContinuingDeps {
  /** With the tools of this machine. */
  readonly trainCandidate: (order: Omit<TrainCandidateInput, "tools">) => Promise<TrainedModel>;
}

/**
 * Trains one of the definition's candidates on a share of the training rows; one that sees all of them
 * is explained, too.
 *
 * @throws {InvalidInputError} if the definition has no such candidate, or there is nothing to learn
 * @throws {IntegrityError} if it goes on from a version whose files are not those that were registered
 */
export async function trainModel(
  deps: ModelDeps,
  work: TrainingWork,
  order: { readonly index: number; readonly name: string; readonly rowShare: number },
  validation: LabelledFrame,
): Promise<MadeCandidate> {
  const { definition, task, dataset } = work;
  const candidate = candidateOf(candidatesOf(definition), order);
  const { seed, calibration } = definition;
  const { earlier, summary } = await continueFrom(deps, work, candidate);
  const train = sampleFrame(await dataset.split("train", []), order.rowShare, seed);
  const model = await deps.trainCandidate({
    classWeights: definition.classWeights,
    transforms: withCode(candidate.transforms ?? definition.transforms, work.transforms),
    ...{ candidate, task, seed, train, validation },
    ...(earlier && { earlier }),
  });
  const explained = order.rowShare < 1 ? { summary: {} } : explainModel(model, task, validation);
  return {
    family: candidate.family,
    parameters: candidate.parameters,
    calibration,
    ...explained,
    summary: { ...model.summary, ...summary, ...explained.summary },
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
