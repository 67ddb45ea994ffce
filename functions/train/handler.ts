import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import { taskOf } from "../../core/definition/task.ts";
import { finishCandidate } from "../../core/evaluation/finish-candidate.ts";
import type { OpenDataset } from "../../core/evaluation/open-dataset.ts";
import { type TrainOutput, trainInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { selectionMetric } from "../../core/search/plan-round.ts";
import { transformsOf } from "../../core/transforms/with-code.ts";
import { type StoringDeps, storeCandidate } from "./store-candidate.ts";
import { type EnsembleDeps, trainEnsemble } from "./train-ensemble.ts";
import { type ModelDeps, trainModel } from "./train-model.ts";

export interface TrainDeps extends ModelDeps, EnsembleDeps, StoringDeps {
  readonly store: EnsembleDeps["store"] & StoringDeps["store"];
  readonly loadDefinition: LoadDefinition;
  readonly openDataset: OpenDataset;
}

/**
 * Trains one candidate of a round and measures it on the validation split. One that saw all rows is
 * exported, its graph is proved to be the model, and both findings are stored; of one that saw a share
 * of them nothing is kept.
 */
export const makeHandler =
  (deps: TrainDeps) =>
  async (event: unknown): Promise<TrainOutput> => {
    const { candidate, ...run } = parseMessage(trainInput, event);
    const { definition, compute } = await deps.loadDefinition(run.model, run.definitionDigest);
    const dataset = await deps.openDataset(run.model, run.datasetDigest);
    const task = taskOf(definition.target);
    const work = { run, definition, task, dataset, transforms: transformsOf(compute) };
    const validation = await dataset.split("validation", []);

    const { members, index, name, rowShare } = candidate;
    const made =
      members === undefined
        ? await trainModel(deps, work, candidate, validation)
        : await trainEnsemble(deps, work, { ...candidate, members }, validation);

    const rules = { ...definition, calibration: made.calibration };
    const finished = finishCandidate(rules, task, validation, made.validationScores);
    const metric = selectionMetric(definition);
    const value = finished.metrics[metric];
    const output = { index, name, metrics: value === undefined ? {} : { [metric]: value } };
    if (rowShare < 1) return output;
    const columns = validation.columns;
    const graphSha256 = await storeCandidate(deps, work, { index, name, columns }, made, finished);
    return { ...output, graphSha256 };
  };
