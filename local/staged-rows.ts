import type { ObjectStore } from "../core/ports/object-store.ts";
import { prepareInput } from "../core/run/messages.ts";
import { parseMessage } from "../core/run/parse-message.ts";

const STAGED = "staged/";

/** Removes rows that runs staged, as the bucket's lifecycle does on AWS. No run may be under way. */
export const removeStaged = (store: Pick<ObjectStore, "list" | "remove">): Promise<void> =>
  removeBelow(store, STAGED);

/** Prepares, then removes what the run staged: its dataset is there, and nothing else reads it. */
export const removingStaged =
  <Output>(
    store: Pick<ObjectStore, "list" | "remove">,
    prepare: (event: unknown) => Promise<Output>,
  ) =>
  async (event: unknown): Promise<Output> => {
    const output = await prepare(event);
    const { model, runId } = parseMessage(prepareInput, event);
    await removeBelow(store, `${STAGED}${model}/${runId}/`);
    return output;
  };

async function removeBelow(
  store: Pick<ObjectStore, "list" | "remove">,
  prefix: string,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  if (keys.length > 0) await store.remove(keys);
}
