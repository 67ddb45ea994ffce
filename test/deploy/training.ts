import { readFileSync } from "node:fs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { storageKeys } from "../../core/storage-keys.ts";
import { execute } from "./executions.ts";
import { ALL_FLIGHTS } from "./flights.ts";
import { MODEL } from "./predictions.ts";
import { stackOutputs } from "./stack.ts";
import type { World } from "./step.ts";

/** As the definition's `source.files` name it. */
const SOURCE = "flights-3m.parquet";

/** Uploads what aggregates look back on: every flight there was. */
export async function uploadPast({ cloud }: World): Promise<void> {
  const { BucketName } = await stackOutputs(cloud);
  await cloud.s3.send(
    new PutObjectCommand({
      Bucket: BucketName,
      Key: storageKeys.streamHistory("flights", SOURCE),
      Body: readFileSync(ALL_FLIGHTS),
    }),
  );
}

/**
 * Uploads a source file and runs the training state machine to its end.
 *
 * @returns the new champion
 * @throws {Error} if the run's version is not the champion afterwards
 */
export async function trainFrom({ cloud }: World, file: string, reason: string) {
  const { BucketName, TrainingStateMachineArn, RegistryTableName } = await stackOutputs(cloud);
  await cloud.s3.send(
    new PutObjectCommand({
      Bucket: BucketName,
      Key: storageKeys.source(MODEL, SOURCE),
      Body: readFileSync(file),
    }),
  );
  await execute(cloud, TrainingStateMachineArn, { model: MODEL, reason, requestedBy: "test" });

  const registry = cloud.registry(RegistryTableName);
  const [latest] = await registry.versions(MODEL);
  const champion = (await registry.aliases(MODEL)).find(({ alias }) => alias === "champion");
  if (!latest || champion?.version !== latest.version) {
    throw new Error(
      `the champion is version ${champion?.version}, the latest is ${latest?.version}, ${latest?.status}: ${latest?.reasons}`,
    );
  }
  return latest;
}
