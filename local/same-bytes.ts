import { open, stat } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

/** Whether two files hold the same bytes; reads both side by side, a megabyte at a time. */
export async function sameBytes(a: string, b: string): Promise<boolean> {
  const [statA, statB] = await Promise.all([stat(a), stat(b)]);
  if (!statA.isFile() || !statB.isFile() || statA.size !== statB.size) return false;

  await using fileA = await open(a, "r");
  await using fileB = await open(b, "r");
  const [bufferA, bufferB] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
  for (let at = 0; at < statA.size; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, statA.size - at);
    await Promise.all([
      readFully(fileA, bufferA, length, at),
      readFully(fileB, bufferB, length, at),
    ]);
    if (!bufferA.subarray(0, length).equals(bufferB.subarray(0, length))) return false;
  }
  return true;
}

async function readFully(
  file: Awaited<ReturnType<typeof open>>,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw new Error(`file ended early at byte ${position + done}`);
    done += bytesRead;
  }
}
