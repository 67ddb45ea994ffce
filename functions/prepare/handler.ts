import type { PrepareDataset } from "../../core/dataset/prepare-dataset.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type PrepareOutput, prepareInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface PrepareDeps {
  readonly store: ObjectStore;
  readonly loadDefinition: LoadDefinition;
  readonly prepareDataset: PrepareDataset;
}

/**
 * Checks a run's source against its definition and writes the dataset that the run trains on. Where
 * `stage-source` has checked every file already, it joins what that stored.
 */
export const makeHandler =
  ({ store, loadDefinition, prepareDataset }: PrepareDeps) =>
  async (event: unknown): Promise<PrepareOutput> => {
    const { model, runId, definitionDigest, preparation } = parseMessage(prepareInput, event);
    const loaded = await loadDefinition(model, definitionDigest);
    return prepareDataset({ store, loaded, runId, staged: preparation === "distributed-map" });
  };
