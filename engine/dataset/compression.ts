import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { DataContractError } from "../../core/errors.ts";

export type Compression = "none" | "gzip" | "zstd";

/** First bytes: RFC 1952, section 2.3.1, and RFC 8878, section 3.1.1. */
const MAGIC = { gzip: [0x1f, 0x8b], zstd: [0x28, 0xb5, 0x2f, 0xfd] } as const;
const ENDINGS = { gzip: ".gz", zstd: ".zst" } as const;

/** The beginning of a file's content, and how the file is compressed. */
export interface FileHead {
  readonly compression: Compression;
  readonly bytes: Buffer;
}

/**
 * Reads the first bytes of a file's content. A compressed file is decompressed to its end, since
 * DuckDB reads one that was cut off, or is damaged, as far as it goes and says nothing.
 *
 * @param request.name tells by .gz and .zst what the file must be; its bytes tell what it is
 * @throws {DataContractError} if the file is not compressed as its name says, cut off or damaged.
 */
export async function readHead(
  request: { readonly what: string; readonly path: string; readonly name: string },
  length: number,
): Promise<FileHead> {
  const { what, path, name } = request;
  const bytes = await firstBytes(path, length);
  const compression = compressionOf(bytes);
  for (const kind of ["gzip", "zstd"] as const) {
    if (name.toLowerCase().endsWith(ENDINGS[kind]) && compression !== kind) {
      throw new DataContractError(
        `${what} is named ${ENDINGS[kind]} but its bytes are not ${kind}; compress it, or name it by its format`,
      );
    }
  }
  if (compression === "none") return { compression, bytes };
  return { compression, bytes: await decompressed({ what, path, compression }, length) };
}

function compressionOf(bytes: Buffer): Compression {
  const begins = (magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (begins(MAGIC.gzip)) return "gzip";
  return begins(MAGIC.zstd) ? "zstd" : "none";
}

async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function decompressed(
  file: { readonly what: string; readonly path: string; readonly compression: "gzip" | "zstd" },
  length: number,
): Promise<Buffer> {
  const { what, path, compression } = file;
  const kept: Buffer[] = [];
  let size = 0;
  const keep = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (size < length) kept.push(chunk);
      size += chunk.length;
      done();
    },
  });
  const decompress = compression === "gzip" ? createGunzip() : createZstdDecompress();
  try {
    await pipeline(createReadStream(path), decompress, keep);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || !/^(Z_|ZSTD_)/.test(code)) throw cause;
    const wrong = code === "Z_BUF_ERROR" ? "is cut off" : `is damaged (${message})`;
    throw new DataContractError(
      `${what} ${wrong}: its ${compression} ends after ${size} bytes of content; store it again as a whole`,
      { cause },
    );
  }
  return Buffer.concat(kept).subarray(0, length);
}
