import type { StageSource } from "../../core/dataset/staged-file.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type StageSourceOutput, stageSourceInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface StageSourceDeps {
  readonly store: ObjectStore;
  readonly loadDefinition: LoadDefinition;
  readonly stageSource: StageSource;
}

/**
 * Checks the source files of one shard of a run and stores their rows for `prepare`. That a file cannot
 * be used is stored too: `prepare` tells it, once every file has been looked at.
 */
export const makeHandler =
  ({ store, loadDefinition, stageSource }: StageSourceDeps) =>
  async (event: unknown): Promise<StageSourceOutput> => {
    const { model, runId, definitionDigest, shard } = parseMessage(stageSourceInput, event);
    const loaded = await loadDefinition(model, definitionDigest);
    const staged = await stageSource({ store, loaded, runId, index: shard });
    if ("useless" in staged) return { shard, usable: false };
    const sumOf = (member: "read" | "broken") =>
      staged.files.reduce((sum, file) => sum + file[member], 0);
    const files = staged.files.length;
    return { shard, usable: true, files, read: sumOf("read"), quarantined: sumOf("broken") };
  };
