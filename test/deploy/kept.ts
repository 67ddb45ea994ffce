import { objectsBelow } from "./objects.ts";
import { MODEL } from "./predictions.ts";
import { stackOutputs } from "./stack.ts";
import type { World } from "./step.ts";

const PREFIXES = ["sources/", "definitions/", "datasets/", "runs/", "models/", "reports/"];

/** What no deployment may change, as text: the registry with its history, and every object but the log. */
export async function keptState({ cloud }: World): Promise<string> {
  const { BucketName, RegistryTableName } = await stackOutputs(cloud);
  const registry = cloud.registry(RegistryTableName);
  const objects = await Promise.all(
    PREFIXES.map((prefix) => objectsBelow(cloud, BucketName, prefix)),
  );
  return JSON.stringify({
    models: await registry.models(),
    versions: await registry.versions(MODEL),
    aliases: await registry.aliases(MODEL),
    runs: await registry.runs(MODEL),
    events: await registry.events(MODEL, 1_000),
    objects: objects.flatMap((below) => [...below]),
  });
}

/** @throws {Error} if the action changed something of it */
export async function withoutLoss<T>(world: World, action: () => Promise<T>): Promise<T> {
  const before = await keptState(world);
  const result = await action();
  if ((await keptState(world)) !== before) {
    throw new Error("the registry or the stored objects are not what they were before");
  }
  return result;
}
