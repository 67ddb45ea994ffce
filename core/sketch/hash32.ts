/**
 * The finaliser of MurmurHash3 (Austin Appleby, public domain): a bijection of 32-bit numbers in which
 * every bit of the result depends on every bit given.
 *
 * @returns 0..2^32 - 1
 */
export function mix32(bits: number): number {
  let h = bits >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The 32 bits of a number as float32. */
export function floatBits(value: number): number {
  float[0] = value;
  return bits[0] as number;
}

/** The float32 of 32 bits. */
export function bitsFloat(given: number): number {
  bits[0] = given;
  return float[0] as number;
}

/** A hash of a text's UTF-16 code units: FNV-1a, then mixed. @returns 0..2^32 - 1 */
export function textHash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix32(h);
}
