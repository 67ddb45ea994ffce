import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ConflictError, InvalidInputError, NotFoundError } from "../core/errors.ts";
import type { ObjectInfo, ObjectStore } from "../core/ports/object-store.ts";
import { fileSha256 } from "../engine/file-sha256.ts";
import { sameBytes } from "./same-bytes.ts";
import { syncFile } from "./sync-file.ts";

/** Where bytes lie until they are complete; no key may start with it. */
const UNFINISHED = ".unfinished";

// S3's limit on a key, and that of ext4, APFS and NTFS on one name.
const MAX_KEY_BYTES = 1024;
const MAX_NAME_BYTES = 255;

/**
 * Objects as files below a directory, under the same keys as in S3. An object appears complete or
 * not at all: bytes are written aside, synced, then linked to their place, which fails if it is
 * taken. What stands there has survived a crash of the process or of the machine.
 */
export function fileObjectStore(root: string): ObjectStore {
  const place = (key: string) => join(root, checkedKey(key));

  const putWith = async (key: string, write: (path: string) => Promise<void>) => {
    const target = place(key);
    const aside = join(root, UNFINISHED, randomUUID());
    await mkdir(join(root, UNFINISHED), { recursive: true });
    try {
      await write(aside);
      await syncFile(aside);
      await makeDirectory(dirname(target));
      if (await linkNew(aside, target)) {
        await syncFile(dirname(target));
        return { created: true };
      }
      if (await sameBytes(aside, target)) return { created: false };
    } finally {
      await rm(aside, { force: true });
    }
    throw new ConflictError(`other bytes are stored under ${key}; objects are written once`);
  };

  return {
    get: (key) => readFile(place(key)).catch(notFound(key)),

    put(key, bytes) {
      // A copy: the caller may reuse its buffer before the bytes are written.
      const copy = typeof bytes === "string" ? bytes : bytes.slice();
      return putWith(key, (aside) => writeNew(aside, copy));
    },

    putFile: (key, path) =>
      putWith(key, (aside) => copyFile(path, aside, constants.COPYFILE_FICLONE)),

    async localPath(key, etag) {
      const path = place(key);
      const found = await stat(path).catch(notFound(key));
      if (!found.isFile()) throw new NotFoundError(`nothing is stored under ${key}`);
      if (etag !== undefined && (await fileSha256(path)) !== etag) {
        throw new ConflictError(`other bytes are stored under ${key} than are wanted`);
      }
      return path;
    },

    async head(key) {
      const found = await stat(place(key)).catch(ifMissing(undefined));
      return found?.isFile() ? { key, sizeBytes: found.size } : undefined;
    },

    async identify(key) {
      const path = place(key);
      const found = await stat(path).catch(ifMissing(undefined));
      if (!found?.isFile()) return undefined;
      return { key, sizeBytes: found.size, etag: await fileSha256(path) };
    },

    async *list(prefix) {
      const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
      if (folder !== "") checkedKey(folder.slice(0, -1));
      yield* filesBelow(root, folder, prefix);
    },

    async remove(keys) {
      for (const key of keys) await rm(place(key), { force: true }).catch(ifMissing(undefined));
    },
  };
}

/** Removes what writes left behind that a crash cut off. To be called while nobody writes. */
export async function removeUnfinished(root: string): Promise<void> {
  await rm(join(root, UNFINISHED), { recursive: true, force: true });
}

/** Files whose key starts with the prefix, in the order of their keys' UTF-8 bytes, as S3 lists. */
async function* filesBelow(
  root: string,
  folder: string,
  prefix: string,
): AsyncGenerator<ObjectInfo> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(ifMissing([]));
  const names = entries
    .filter((entry) => folder !== "" || entry.name !== UNFINISHED)
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    const key = folder + name;
    if (name.endsWith("/")) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* filesBelow(root, key, prefix);
    } else if (key.startsWith(prefix)) {
      const found = await stat(join(root, key)).catch(ifMissing(undefined));
      if (found) yield { key, sizeBytes: found.size };
    }
  }
}

/** @throws {InvalidInputError} if the key would lead elsewhere than to a file below the root. */
function checkedKey(key: string): string {
  const names = key.split("/");
  const wrong = names.some(
    (name) =>
      name === "" ||
      name === "." ||
      name === ".." ||
      /[\0\\]/.test(name) ||
      Buffer.byteLength(name) > MAX_NAME_BYTES,
  );
  if (wrong || names[0] === UNFINISHED || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new InvalidInputError(
      `object key ${JSON.stringify(key)} is not usable; give names of at most ${MAX_NAME_BYTES} bytes separated by single slashes, without "." and ".."`,
    );
  }
  return key;
}

/** @returns false if the place is taken. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(codeOf(error))) throw error;
  }
  return copyNew(from, to);
}

/** For file systems without hard links: exclusive, but a crash may leave an incomplete file. */
async function copyNew(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    await syncFile(to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function writeNew(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

/** Creates a directory so that it survives a crash of the machine: syncs each new one's parent. */
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) await syncFile(dirname(at));
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? "";

/** A directory, or a file where a directory is wanted, is no object either. */
const isMissing = (error: unknown) => ["ENOENT", "ENOTDIR", "EISDIR"].includes(codeOf(error));

const notFound = (key: string) => (cause: unknown) => {
  if (!isMissing(cause)) throw cause;
  throw new NotFoundError(`nothing is stored under ${key}`, { cause });
};

const ifMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (!isMissing(error)) throw error;
    return value;
  };
