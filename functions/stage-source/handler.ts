import type { StageSource } from "../../core/dataset/staged-file.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type StageSourceOutput, stageSourceInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface StageSourceDeps {
  readonly store: ObjectStore;
  readonly loadDefinition: LoadDefinition;
  readonly stageSource: StageSource;
}

/**
 * Checks one source file of a run and stores its rows for `prepare`. That a file cannot be used is
 * stored too: `prepare` tells it, once every file has been looked at.
 */
export const makeHandler =
  ({ store, loadDefinition, stageSource }: StageSourceDeps) =>
  async (event: unknown): Promise<StageSourceOutput> => {
    const { model, runId, definitionDigest, source } = parseMessage(stageSourceInput, event);
    const { index, name } = source;
    const loaded = await loadDefinition(model, definitionDigest);
    const known = loaded.definition.source.files[index]?.name;
    if (known !== name) {
      throw new InvalidInputError(
        `source.name: ${name} is not source file ${index} of the definition, which is ${known ?? "none"}`,
      );
    }
    const staged = await stageSource({ store, loaded, runId, index });
    if ("error" in staged) return { file: name, usable: false };
    return { file: name, usable: true, read: staged.read, quarantined: staged.broken };
  };
