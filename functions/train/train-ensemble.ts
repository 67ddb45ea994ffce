import { InvalidInputError } from "../../core/errors.ts";
import { withScorer } from "../../core/evaluation/score-frame.ts";
import type { OpenScorer } from "../../core/inference/scorer.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { readCandidateGraph } from "../../core/run/read-candidate-graph.ts";
import { candidatesOf } from "../../core/search/candidates-of.ts";
import { addBlend } from "../../core/search/ensemble/add-blend.ts";
import { blendScores, fitBlend } from "../../core/search/ensemble/blend.ts";
import { ENSEMBLE_NAME, type EnsembleMember } from "../../core/search/plan-round.ts";
import type { Frame, LabelledFrame } from "../../core/training/training-frame.ts";
import type { MadeCandidate, TrainingWork } from "./made-candidate.ts";

export interface EnsembleDeps {
  readonly store: Pick<ObjectStore, "get">;
  readonly openScorer: OpenScorer;
  readonly sha256: (bytes: Uint8Array) => string;
}

interface EnsembleOrder {
  readonly index: number;
  readonly name: string;
  readonly members: readonly EnsembleMember[];
}

/**
 * Puts trained candidates together to one: fits on the validation split how much each counts. Their
 * probabilities are calibrated already, so that it gets no calibration of its own.
 *
 * @throws {InvalidInputError} if the definition has no ensemble
 * @throws {IntegrityError} if a member's graph is not what training wrote
 */
export async function trainEnsemble(
  deps: EnsembleDeps,
  { run, definition, task }: TrainingWork,
  order: EnsembleOrder,
  validation: LabelledFrame,
): Promise<MadeCandidate> {
  const candidates = candidatesOf(definition);
  const { ensemble } = definition;
  if (!ensemble || order.index !== candidates.length || order.name !== ENSEMBLE_NAME) {
    throw new InvalidInputError(`definition has no ensemble ${order.index} named ${order.name}`);
  }
  const members = await Promise.all(
    order.members.map((member) => readCandidateGraph(deps, run, member)),
  );
  const predict = predictor(deps.openScorer, members);
  const predicted = await predict(validation);
  const blend = fitBlend(ensemble.method, task, predicted, validation);
  const names = order.members.map(({ index }) => candidates[index]?.name);
  return {
    family: "ensemble",
    parameters: { method: ensemble.method, members: names },
    calibration: { method: "none" },
    summary: { members: order.members.map((member, i) => ({ ...member, name: names[i] })), blend },
    addTo: (graph, inputs) => addBlend(graph, inputs, task, { members, blend }),
    validationScores: blendScores(blend, task, predicted),
    scores: async (frame) => blendScores(blend, task, await predict(frame)),
  };
}

/** Predictions of each graph, one graph at a time. */
const predictor =
  (openScorer: OpenScorer, graphs: readonly Uint8Array[]) =>
  async (frame: Frame): Promise<readonly Float32Array[]> => {
    const predictions: Float32Array[] = [];
    for (const graph of graphs) {
      predictions.push(await withScorer(openScorer, graph, (score) => score(frame)));
    }
    return predictions;
  };
