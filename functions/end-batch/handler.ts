import { type EndBatchOutput, endBatchInput } from "../../core/batch/messages.ts";
import {
  batchOrderSchema,
  batchReport,
  predictedFileSchema,
  type UselessFile,
  uselessFileSchema,
} from "../../core/batch/stored.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { batchFiles, storageKeys } from "../../core/storage-keys.ts";
import { parseStored } from "../../core/stored-json.ts";

type Store = Pick<ObjectStore, "get" | "put" | "list">;

export interface EndBatchDeps {
  readonly store: Store;
  /** Answers for each item, in the items' order, some at a time. */
  readonly forEach: <Item, Answer>(
    items: readonly Item[],
    answer: (item: Item) => Promise<Answer>,
  ) => Promise<readonly Answer[]>;
}

/**
 * Adds up what was made of a batch's files and stores its report.
 *
 * The function that is returned throws the error of the first file that could not be used, by its
 * name, and says how many more: results of the other files stay.
 */
export const makeHandler =
  ({ store, forEach }: EndBatchDeps) =>
  async (event: unknown): Promise<EndBatchOutput> => {
    const { model, runId, name } = parseMessage(endBatchInput, event);
    const folder = storageKeys.batch(model, name);
    const stored = async (prefix: string) => {
      const keys = await keysBelow(store, `${folder}/${prefix}`);
      return forEach(keys, (key) => store.get(key));
    };
    const done = await stored(batchFiles.done);
    const useless = await stored(batchFiles.useless(runId));
    const errors = useless.map((bytes) => parseStored(uselessFileSchema, bytes, "useless file"));
    throwIfAny(errors, done.length + useless.length);

    const orderBytes = await store.get(`${folder}/${batchFiles.order}`);
    const report = batchReport(
      parseStored(batchOrderSchema, orderBytes, "order of a batch"),
      done.map((bytes) => parseStored(predictedFileSchema, bytes, "report of a predicted file")),
    );
    const reportKey = `${folder}/${batchFiles.report}`;
    await store.put(reportKey, canonicalJson(report));
    const { version, files, rows, scored, rejected } = report;
    return { version, files, rows, scored, rejected, reportKey };
  };

async function keysBelow(store: Store, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

function throwIfAny([first, ...others]: readonly UselessFile[], files: number): void {
  if (!first) return;
  const shown = others.slice(0, 5).map(({ file }) => file);
  const more = [...shown, ...(others.length > 5 ? ["…"] : [])].join(", ");
  const rest =
    others.length === 0 ? "" : `; of ${files} files ${others.length} more cannot be used: ${more}`;
  // States catch by name, so the error keeps the one that it had where the file was read.
  throw Object.assign(new Error(`${first.error.message}${rest}`), { name: first.error.name });
}
