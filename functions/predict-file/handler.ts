import { type PredictFileOutput, predictFileInput } from "../../core/batch/messages.ts";
import type { PredictFile } from "../../core/batch/predict-file.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { InvalidInputError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { batchFiles, storageKeys } from "../../core/storage-keys.ts";

export interface PredictFileDeps {
  readonly store: ObjectStore;
  readonly predictFile: PredictFile;
}

/**
 * Predicts one file of a batch. That a file cannot be used is stored for `end-batch`, which tells it
 * once every file has been looked at.
 */
export const makeHandler =
  ({ store, predictFile }: PredictFileDeps) =>
  async (event: unknown): Promise<PredictFileOutput> => {
    const { model, runId, name, version, prefix, file } = parseMessage(predictFileInput, event);
    const { key } = file;
    const folder = storageKeys.batch(model, name);
    if (!key.startsWith(prefix)) {
      throw new InvalidInputError(`file.key: ${key} is not below ${prefix}`);
    }
    const path = key.slice(prefix.length);
    // What the S3 console makes for a folder is an object too.
    if (path === "" || path.endsWith("/"))
      return { file: path, usable: true, rows: 0, rejected: 0 };
    const found = await predictFile({ store, model, version, name, key, file: path });
    if ("error" in found) {
      await store.put(`${folder}/${batchFiles.useless(runId)}${path}.json`, canonicalJson(found));
      return { file: path, usable: false };
    }
    return { file: path, usable: true, rows: found.rows, rejected: found.rejected };
  };
