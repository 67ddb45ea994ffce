import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { unzipSync } from "fflate";
import { IntegrityError } from "../../core/errors.ts";

/**
 * Unpacks a package of Lambda, as Lambda does, into a folder.
 *
 * @param name shown in errors
 * @returns how many bytes the files have
 * @throws {IntegrityError} if it is no whole zip, is empty, or has a file outside the folder
 */
export async function unpack(zip: Uint8Array, folder: string, name: string): Promise<number> {
  const files = Object.entries(filesOf(zip, name)).filter(([path]) => !path.endsWith("/"));
  if (files.length === 0) throw new IntegrityError(`${name} is an empty zip`);
  const folders = new Set(files.map(([path]) => dirname(insideOf(folder, path, name))));
  for (const path of folders) await mkdir(path, { recursive: true });
  let sizeBytes = 0;
  for (const [path, bytes] of files) {
    await writeFile(join(folder, path), bytes);
    sizeBytes += bytes.byteLength;
  }
  return sizeBytes;
}

function filesOf(zip: Uint8Array, name: string): Readonly<Record<string, Uint8Array>> {
  const sizes = new Map<string, number>();
  try {
    const files = unzipSync(zip, {
      filter: (file) => sizes.set(file.name, file.originalSize).has(file.name),
    });
    for (const [path, size] of sizes) {
      const bytes = files[path]?.byteLength ?? 0;
      if (bytes !== size) throw new Error(`${path} has ${bytes} bytes, its entry says ${size}`);
    }
    return files;
  } catch (cause) {
    const size = `${zip.byteLength} bytes`;
    throw new IntegrityError(`${name} is no whole zip (${size}): ${(cause as Error).message}`, {
      cause,
    });
  }
}

function insideOf(folder: string, path: string, name: string): string {
  const target = join(folder, path);
  if (relative(folder, target).startsWith("..")) {
    throw new IntegrityError(`${name} has a file outside of its folder: ${path}`);
  }
  return target;
}
