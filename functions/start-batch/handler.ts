import { type StartBatchOutput, startBatchInput } from "../../core/batch/messages.ts";
import { type BatchOrder, batchOrderSchema, batchReportSchema } from "../../core/batch/stored.ts";
import { storedIfAny } from "../../core/batch/stored-if-any.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { ConflictError, InvalidInputError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { batchFiles, storageKeys } from "../../core/storage-keys.ts";

export interface StartBatchDeps {
  readonly store: Pick<ObjectStore, "get" | "put" | "list">;
  readonly registry: Pick<Registry, "aliases" | "version">;
}

/**
 * Fixes the version that answers a batch, and sees that there is something to answer. A batch that
 * was started before keeps its version: what is missing of it is done by the same one.
 */
export const makeHandler =
  ({ store, registry }: StartBatchDeps) =>
  async (event: unknown): Promise<StartBatchOutput> => {
    const { execution, input } = parseMessage(startBatchInput, event);
    const { model, reason, requestedBy, maxConcurrency } = input;
    const name = batchName(model, input.input);
    const folder = storageKeys.batch(model, name);
    const known = await storedOrder(store, folder);
    const own = `${folder}/${batchFiles.input}`;
    const prefix = prefixOf({ model, name, own }, input.prefix, known);
    const files = await countFiles(store, prefix);
    await checkUnfinished(store, folder, files);

    const version = known?.version ?? input.version ?? (await champion(registry, model));
    if (input.version !== undefined && input.version !== version) {
      throw new ConflictError(
        `batch ${name} of ${model} was started with version ${version}, not ${input.version}; give a batch with another version another name`,
      );
    }
    await checkServed(registry, model, version);
    const { startedAt } = execution;
    const order = {
      ...{ model, name, version, startedAt, reason, requestedBy },
      ...(prefix !== own && { prefix }),
    };
    const first = known ?? (await storeOrder(store, folder, order));
    const place = first.prefix ?? own;
    return { name, version: first.version, prefix: place, files, maxConcurrency };
  };

function batchName(model: string, input: string): string {
  if (!input.includes("/")) return input;
  const [, ofModel, name = ""] = input.split("/");
  if (ofModel === model) return name;
  throw new InvalidInputError(`input.input: ${input} is of model ${ofModel}, not of ${model}`);
}

/**
 * Where the batch's files lie: where they lay when it was first started.
 *
 * @throws {InvalidInputError} if the prefix is of another model
 * @throws {ConflictError} if it is another one than the batch was started with
 */
function prefixOf(
  { model, name, own }: { readonly model: string; readonly name: string; readonly own: string },
  asked: string | undefined,
  known: BatchOrder | undefined,
): string {
  if (asked !== undefined && asked !== own && !asked.startsWith(`sources/${model}/`)) {
    throw new InvalidInputError(
      `input.prefix: ${asked} is not below sources/${model}/, and not the batch's own ${own}`,
    );
  }
  if (known === undefined) return asked ?? own;
  const first = known.prefix ?? own;
  if (asked === undefined || asked === first) return first;
  throw new ConflictError(
    `batch ${name} of ${model} was started with files below ${first}, not below ${asked}; give a batch of others another name`,
  );
}

/** @throws {NotFoundError} if there is none */
async function countFiles(store: StartBatchDeps["store"], prefix: string): Promise<number> {
  let files = 0;
  for await (const { key } of store.list(prefix)) if (!key.endsWith("/")) files += 1;
  if (files > 0) return files;
  throw new NotFoundError(`there is no file below ${prefix}; store what is to be predicted there`);
}

/** @throws {ConflictError} if the batch has ended, and files came since. */
async function checkUnfinished(store: StartBatchDeps["store"], folder: string, files: number) {
  const key = `${folder}/${batchFiles.report}`;
  const report = await storedIfAny(store, key, batchReportSchema);
  if (report === undefined || report.files === files) return;
  throw new ConflictError(
    `batch ${report.name} of ${report.model} ended with ${report.files} files and has ${files} now; store others in a batch of another name`,
  );
}

async function champion(registry: StartBatchDeps["registry"], model: string): Promise<number> {
  const aliases = await registry.aliases(model);
  const found = aliases.find(({ alias }) => alias === "champion");
  if (found) return found.version;
  throw new NotFoundError(`${model} has no champion; train it, or name a version`);
}

/** @throws {NotFoundError} if there is no such version, or it was rejected. */
async function checkServed(registry: StartBatchDeps["registry"], model: string, version: number) {
  const { status, reasons } = await registry.version(model, version);
  if (status !== "rejected") return;
  throw new NotFoundError(
    `version ${version} of ${model} was rejected and is not served: ${reasons.join("; ")}`,
  );
}

const storedOrder = (store: StartBatchDeps["store"], folder: string) =>
  storedIfAny(store, `${folder}/${batchFiles.order}`, batchOrderSchema);

/** Of two executions that start the same batch, both go by the first one's order. */
async function storeOrder(
  store: StartBatchDeps["store"],
  folder: string,
  order: BatchOrder,
): Promise<BatchOrder> {
  try {
    await store.put(`${folder}/${batchFiles.order}`, canonicalJson(order));
    return order;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return (await storedOrder(store, folder)) ?? order;
  }
}
