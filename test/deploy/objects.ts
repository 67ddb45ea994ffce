import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { Cloud } from "./cloud.ts";

/** ETags of the objects below a prefix, by key. */
export async function objectsBelow(
  { s3: client }: Cloud,
  Bucket: string,
  Prefix: string,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const { Key = "", ETag = "" } of Contents ?? []) found.set(Key, ETag);
  }
  return found;
}

/** @returns the file that it was written to, the key's path below the folder */
export async function downloadObject(
  { s3 }: Cloud,
  { Bucket, Key, folder }: { Bucket: string; Key: string; folder: string },
): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  if (!Body) throw new Error(`object ${Key} has no content`);
  const file = join(folder, Key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await Body.transformToByteArray());
  return file;
}
