import type { PrepareDataset } from "../../core/dataset/prepare-dataset.ts";
import type { PlanSources } from "../../core/dataset/source-plan.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type PlanOutput, type PrepareOutput, prepareInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface PrepareDeps {
  readonly store: ObjectStore;
  readonly loadDefinition: LoadDefinition;
  readonly planSources: PlanSources;
  readonly prepareDataset: PrepareDataset;
}

/**
 * Fixes the objects that a run reads, or checks a run's source against its definition and writes the dataset that the run trains on. Where
 * `stage-source` has checked every file already, it joins what that stored.
 */
export const makeHandler =
  ({ store, loadDefinition, planSources, prepareDataset }: PrepareDeps) =>
  async (event: unknown): Promise<PrepareOutput | PlanOutput> => {
    const input = parseMessage(prepareInput, event);
    const { model, runId, definitionDigest, preparation, startedAt, last } = input;
    const loaded = await loadDefinition(model, definitionDigest);
    if (preparation === "plan") {
      const { definition } = loaded;
      const { objects, shards } = await planSources({ store, definition, runId });
      const sizeBytes = objects.reduce((sum, object) => sum + object.sizeBytes, 0);
      return { objects: objects.length, shards: shards.length, sizeBytes };
    }
    return prepareDataset({
      store,
      loaded,
      runId,
      ...(startedAt !== undefined && { startedAt }),
      ...(last && { last }),
      staged: preparation === "distributed-map",
    });
  };
