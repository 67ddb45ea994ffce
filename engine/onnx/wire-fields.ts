/** One field of a message: its number, and its bytes or, for a varint, its value. */
export interface WireField {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array(0);

/**
 * The fields of a protobuf message, without a copy and without looking into them: a megabyte is gone over in
 * microseconds. Ends where the bytes make no sense; whoever reads the message itself says so.
 *
 * Source: "Encoding", Protocol Buffers documentation.
 */
export function* wireFields(message: Uint8Array): Generator<WireField> {
  const at = { offset: 0 };
  while (at.offset < message.length) {
    const tag = varint(message, at);
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) {
      yield { number, value: varint(message, at), bytes: NONE };
      continue;
    }
    const length = lengthOf(type, message, at);
    if (length === undefined || at.offset + length > message.length) return;
    yield { number, value: 0, bytes: message.subarray(at.offset, at.offset + length) };
    at.offset += length;
  }
}

/** Numbers of a repeated varint field, packed or not. */
export function varints({ bytes, value }: WireField): readonly number[] {
  if (bytes.length === 0) return [value];
  const at = { offset: 0 };
  const all: number[] = [];
  while (at.offset < bytes.length) all.push(varint(bytes, at));
  return all;
}

/** @returns undefined for a type that does not exist */
function lengthOf(type: number, message: Uint8Array, at: { offset: number }): number | undefined {
  if (type === 2) return varint(message, at);
  return { 1: 8, 5: 4 }[type];
}

/** Beyond 2^53 it is not exact, which no bound minds. */
function varint(message: Uint8Array, at: { offset: number }): number {
  let value = 0;
  for (let factor = 1; at.offset < message.length; factor *= 128) {
    const byte = message[at.offset] as number;
    at.offset += 1;
    value += (byte % 128) * factor;
    if (byte < 128) break;
  }
  return value;
}
