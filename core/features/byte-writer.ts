const FIRST_BYTES = 256;
const encoder = new TextEncoder();

/** Bytes that grow as they are written. Numbers are little-endian. */
export interface ByteWriter {
  byte(value: number): void;
  /** A whole number from 0 to 2^53 - 1 in 1 to 8 bytes of 7 bits, lowest first (LEB128). */
  varint(value: number): void;
  double(value: number): void;
  uint64(value: bigint): void;
  /** UTF-8 with its length before it. */
  text(value: string): void;
  /** A copy of what was written. */
  bytes(): Uint8Array;
}

export function byteWriter(): ByteWriter {
  let buffer = new Uint8Array(FIRST_BYTES);
  let view = new DataView(buffer.buffer);
  let end = 0;

  const room = (count: number): number => {
    const start = end;
    end += count;
    if (end > buffer.length) {
      const larger = new Uint8Array(Math.max(end, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    return start;
  };
  const byte = (value: number) => {
    const at = room(1);
    buffer[at] = value;
  };
  const varint = (value: number) => {
    let left = value;
    while (left > 127) {
      byte((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    byte(left);
  };
  return {
    byte,
    varint,
    double(value) {
      const at = room(8);
      view.setFloat64(at, value, true);
    },
    uint64(value) {
      const at = room(8);
      view.setBigUint64(at, value, true);
    },
    text(value) {
      const bytes = encoder.encode(value);
      varint(bytes.length);
      const at = room(bytes.length);
      buffer.set(bytes, at);
    },
    bytes: () => buffer.slice(0, end),
  };
}
