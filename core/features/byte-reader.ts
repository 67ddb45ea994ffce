import { IntegrityError } from "../errors.ts";

const decoder = new TextDecoder();

/** Reads what `byteWriter` has written. */
export interface ByteReader {
  byte(): number;
  varint(): number;
  double(): number;
  uint64(): bigint;
  text(): string;
}

/** @throws {IntegrityError} by each of its functions, if the bytes end before the value does. */
export function byteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let next = 0;

  const take = (count: number): number => {
    const start = next;
    next += count;
    if (next > bytes.length) {
      throw new IntegrityError(
        `the stored state of an entity has ${bytes.length} bytes and should have more; backfill it again`,
      );
    }
    return start;
  };
  const byte = () => bytes[take(1)] as number;
  const varint = () => {
    let value = 0;
    let unit = 1;
    for (;;) {
      const part = byte();
      value += (part % 128) * unit;
      if (part < 128) return value;
      unit *= 128;
    }
  };
  return {
    byte,
    varint,
    double: () => view.getFloat64(take(8), true),
    uint64: () => view.getBigUint64(take(8), true),
    text() {
      const length = varint();
      const start = take(length);
      return decoder.decode(bytes.subarray(start, start + length));
    },
  };
}
