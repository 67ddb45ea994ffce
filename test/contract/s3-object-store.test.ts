import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3ObjectStore } from "../../aws/s3-object-store.ts";
import { ConflictError, UnavailableError } from "../../core/errors.ts";
import { conditionalFauxqs } from "./conditional-fauxqs.ts";
import { objectStoreContract } from "./object-store.ts";

let directory: string;
let server: Awaited<ReturnType<typeof conditionalFauxqs>>;
let made = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3-"));
  server = await conditionalFauxqs();
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const clientOf = (endpoint: string) =>
  new S3Client({
    endpoint,
    region: "eu-central-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

async function make() {
  const bucket = `bucket-${made++}`;
  const folder = join(directory, bucket);
  await mkdir(folder);
  const client = clientOf(server.address);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const cacheDirectory = join(folder, "cache");
  const store = s3ObjectStore({ client, bucket, cacheDirectory });
  return { store, client, bucket, folder, cacheDirectory };
}

objectStoreContract("s3", make);

describe("s3ObjectStore", () => {
  it("downloads an object once, however often and at once it is asked for", async () => {
    const { store, cacheDirectory } = await make();
    await store.put("key", "bytes");

    const paths = await Promise.all([1, 2, 3].map(() => store.localPath("key")));

    expect(new Set([...paths, await store.localPath("key")]).size).toBe(1);
    expect(await readdir(cacheDirectory)).toHaveLength(1);
  });

  it("does not take a copy of other bytes under the same key", async () => {
    const { store } = await make();
    await store.put("key", "first");
    const before = await store.localPath("key");
    await store.remove(["key"]);
    await store.put("key", "second");

    expect(await store.localPath("key")).not.toBe(before);
  });

  it("compares bytes where somebody else put an object without its digest", async () => {
    const { store, client, bucket } = await make();
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: "key", Body: "bytes" }));

    expect(await store.put("key", "bytes")).toEqual({ created: false });
    await expect(store.put("key", "other")).rejects.toThrow(ConflictError);
  });

  it("fails with UnavailableError where nobody answers", async () => {
    const { bucket, cacheDirectory } = await make();
    const client = clientOf("http://127.0.0.1:1");
    const store = s3ObjectStore({ client, bucket, cacheDirectory });

    await expect(store.get("key")).rejects.toThrow(UnavailableError);
    await expect(store.put("key", "bytes")).rejects.toThrow(UnavailableError);
  });
});
