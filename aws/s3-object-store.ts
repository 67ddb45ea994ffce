import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ConflictError, NotFoundError, TooLargeError, UnavailableError } from "../core/errors.ts";
import type { ObjectInfo, ObjectStore } from "../core/ports/object-store.ts";
import { callSdk, sdkErrorName } from "./sdk-errors.ts";

export interface S3ObjectStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Where `localPath` keeps its copies: `/tmp/…` on Lambda. */
  readonly cacheDirectory: string;
}

// Largest object of one PutObject. Source: "Amazon S3 multipart upload limits", user guide.
const MAX_PUT_BYTES = 5 * 1024 ** 3;
// Largest number of keys of one DeleteObjects. Source: its API reference.
const MAX_DELETED = 1_000;

/** Bytes to be put: twice readable, once for their digest and once to be sent. */
interface Source {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly open: () => Uint8Array | Readable;
}

/**
 * Objects in one S3 bucket. A put is conditional (`If-None-Match: *`); each object carries its SHA-256
 * as metadata, by which a repeated put is told from a conflict.
 *
 * The caller needs `s3:ListBucket`: without it, S3 answers 403 where an object is missing.
 */
export function s3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const { client, bucket, cacheDirectory } = options;
  const call = <T>(send: () => Promise<T>) => callSdk(`bucket ${bucket}`, send);
  const downloads = new Map<string, Promise<string>>();

  const head = (key: string) =>
    call(() =>
      orMissing(
        client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(nameDenied(key)),
      ),
    );

  /** @param ifMatch the entity tag that the object must still have */
  const get = async (key: string, ifMatch?: string) => {
    const input = { Bucket: bucket, Key: key, ...(ifMatch && { IfMatch: ifMatch }) };
    const found = await call(() => orMissing(client.send(new GetObjectCommand(input)))).catch(
      (error: unknown) => {
        throw sdkErrorName(error) === "PreconditionFailed" ? replaced(key) : error;
      },
    );
    if (!found?.Body) throw missing(key);
    return found.Body;
  };

  const putSource = async (key: string, source: Source) => {
    if (source.sizeBytes > MAX_PUT_BYTES) {
      throw new TooLargeError(
        `${key} has ${source.sizeBytes} bytes; an object has at most ${MAX_PUT_BYTES}, split it`,
      );
    }
    // Asked first: a repeated put of a large file need not send it again.
    const before = await head(key);
    if (!before && (await call(() => putNew(client, bucket, key, source)))) {
      return { created: true };
    }

    const there = before ?? (await head(key));
    const digest = there?.Metadata?.sha256 ?? sha256(await (await get(key)).transformToByteArray());
    if (digest === source.sha256) return { created: false };
    throw new ConflictError(`other bytes are stored under ${key}; objects are written once`);
  };

  const download = async (key: string, etag: string, path: string) => {
    const aside = `${path}.${randomUUID()}`;
    await mkdir(cacheDirectory, { recursive: true });
    try {
      const body = (await get(key, etag)) as Readable;
      await call(() => pipeline(body, createWriteStream(aside, { flags: "wx" })));
      await rename(aside, path);
    } finally {
      await rm(aside, { force: true });
    }
    return path;
  };

  return {
    async get(key) {
      const body = await get(key);
      return call(() => body.transformToByteArray());
    },

    put: (key, bytes) => putSource(key, sourceOfBytes(bytes)),
    putFile: async (key, path) => putSource(key, await sourceOfFile(path)),

    async localPath(key, wanted) {
      const found = await head(key);
      if (!found) throw missing(key);
      const etag = found.ETag ?? "";
      if (wanted !== undefined && wanted !== etag) throw replaced(key);
      const path = join(cacheDirectory, sha256(`${key}\n${etag}`));
      const running = downloads.get(path);
      if (running) return running;
      if (await exists(path)) return path;
      const promise = download(key, etag, path).finally(() => downloads.delete(path));
      downloads.set(path, promise);
      return promise;
    },

    async head(key) {
      const found = await head(key);
      return found && { key, sizeBytes: found.ContentLength ?? 0 };
    },

    async identify(key) {
      const found = await head(key);
      if (!found) return undefined;
      const { ContentLength = 0, ETag = "", VersionId } = found;
      // "null" is the version of an object that was stored before its bucket kept versions.
      const versionId = VersionId === "null" ? undefined : VersionId;
      return { key, sizeBytes: ContentLength, etag: ETag, ...(versionId && { versionId }) };
    },

    async *list(prefix): AsyncGenerator<ObjectInfo> {
      let token: string | undefined;
      do {
        const input = {
          Bucket: bucket,
          Prefix: prefix,
          ...(token && { ContinuationToken: token }),
        };
        const page = await call(() => client.send(new ListObjectsV2Command(input)));
        for (const { Key, Size } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0 };
        }
        token = page.NextContinuationToken;
      } while (token);
    },

    async remove(keys) {
      for (let first = 0; first < keys.length; first += MAX_DELETED) {
        const Objects = keys.slice(first, first + MAX_DELETED).map((Key) => ({ Key }));
        const { Errors = [] } = await call(() =>
          client.send(
            new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
          ),
        );
        const failed = Errors[0];
        if (failed) throw new UnavailableError(`${failed.Key} was not removed: ${failed.Message}`);
      }
    },
  };
}

/** @returns false if something stands under the key by now. */
async function putNew(client: S3Client, bucket: string, key: string, source: Source) {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: source.open(),
    ContentLength: source.sizeBytes,
    Metadata: { sha256: source.sha256 },
    IfNoneMatch: "*",
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (sdkErrorName(error) === "PreconditionFailed") return false;
    throw error;
  }
}

function sourceOfBytes(given: Uint8Array | string): Source {
  // A copy: the caller may reuse its buffer before the bytes are sent.
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given.slice();
  return { sizeBytes: bytes.byteLength, sha256: sha256(bytes), open: () => bytes };
}

async function sourceOfFile(path: string): Promise<Source> {
  const { size } = await stat(path);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { sizeBytes: size, sha256: hash.digest("hex"), open: () => createReadStream(path) };
}

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

const replaced = (key: string) =>
  new ConflictError(`other bytes are stored under ${key} than are wanted`);

const missing = (key: string) => new NotFoundError(`nothing is stored under ${key}`);

/** `undefined` where S3 says that there is no such object. */
async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (["NoSuchKey", "NotFound"].includes(sdkErrorName(error))) return undefined;
    throw error;
  }
}

/** A denied HEAD has no body, so that the SDK names it "Unknown": this says what its status says. */
const nameDenied =
  (key: string) =>
  (cause: unknown): never => {
    const { $metadata } = cause as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode !== 403) throw cause;
    throw Object.assign(new Error(`access to ${key} is denied`, { cause }), {
      name: "AccessDenied",
    });
  };

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
