import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { LastDataset } from "../../core/quality/quality-report.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type ComputePlaces, trainingPlace } from "../../core/run/compute-places.ts";
import {
  type EarlierVersion,
  type StartRunOutput,
  startRunInput,
} from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { firstRound } from "../../core/search/plan-round.ts";

export interface StartRunDeps {
  readonly registry: Pick<Registry, "model" | "startRun" | "aliasAt" | "version" | "runs">;
  readonly loadDefinition: LoadDefinition;
  /** What is deployed for heavy work. */
  readonly places: ComputePlaces;
}

/**
 * Records a run and fixes the definition that it uses: a definition deployed meanwhile is for the
 * next run. A retry finds the run and answers from it.
 */
export const makeHandler =
  ({ registry, loadDefinition, places }: StartRunDeps) =>
  async (event: unknown): Promise<StartRunOutput> => {
    const { model, runId, reason, requestedBy } = parseMessage(startRunInput, event);
    const { definitionDigest: current } = await registry.model(model);
    // Before the run is recorded: one that cannot load its definition, or has no place to train, must
    // not stay running.
    const deployed = await loadDefinition(model, current);
    trainingPlace(deployed.definition.compute.training, places);

    const order = { model, runId, reason, requestedBy, definitionDigest: current };
    const run = await registry.startRun(order);
    const { definition } = await loadDefinition(model, run.definitionDigest);
    return {
      model,
      runId,
      definitionDigest: run.definitionDigest,
      reason: run.reason,
      requestedBy: run.requestedBy,
      search: { round: firstRound(definition), finalists: [], trainMs: [] },
      continueFrom: await championToContinue(registry, definition, run),
      owner: definition.owner,
      startedAt: run.startedAt,
      lastDataset: await lastDataset(registry, run),
      promotion: definition.promotion.mode,
      compute: {
        preparation: definition.compute.preparation,
        training: trainingPlace(definition.compute.training, places),
      },
    };
  };

/**
 * What the data of a run is compared with: the dataset of the champion at the run's start, or else of the
 * last run that had ended by then and came to a version. A retry finds the same one.
 */
async function lastDataset(
  registry: StartRunDeps["registry"],
  { model, startedAt }: Pick<RunRecord, "model" | "startedAt">,
): Promise<LastDataset | null> {
  const champion = await registry.aliasAt(model, "champion", startedAt);
  if (champion !== undefined) {
    const { datasetDigest, runId } = await registry.version(model, champion);
    return { datasetDigest, runId };
  }
  const runs = await registry.runs(model);
  const [last] = runs
    .flatMap(({ status, runId, datasetDigest, endedAt = startedAt }) =>
      (status === "succeeded" || status === "rejected") && endedAt < startedAt && datasetDigest
        ? [{ datasetDigest, runId, endedAt }]
        : [],
    )
    .sort((a, b) => (a.endedAt < b.endedAt ? 1 : -1));
  return last ? { datasetDigest: last.datasetDigest, runId: last.runId } : null;
}

/** The champion of the run's start, if a candidate goes on from it: a retry finds the same one. */
async function championToContinue(
  registry: StartRunDeps["registry"],
  { candidates }: Pick<StoredDefinition, "candidates">,
  { model, startedAt }: Pick<RunRecord, "model" | "startedAt">,
): Promise<EarlierVersion | null> {
  if (candidates.every(({ continueFrom }) => continueFrom === undefined)) return null;
  const version = await registry.aliasAt(model, "champion", startedAt);
  if (version === undefined) return null;
  const { manifestSha256 } = await registry.version(model, version);
  return { version, manifestSha256 };
}
