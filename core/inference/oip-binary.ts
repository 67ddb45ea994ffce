/** An element of a tensor that came as bytes; integers that a double does not hold are bigints. */
export type Element = number | bigint | string | boolean | null;

/** Reads and writes the elements of a datatype; `sizeBytes` of each, little endian. */
interface FixedType {
  readonly sizeBytes: number;
  readonly read: (view: DataView, at: number) => Element;
}

/** A float in which NaN stands for missing: bytes have no other way to say it. */
const missingNan = (value: number): Element => (Number.isNaN(value) ? null : value);

/** Beyond 2^53 a double would be another integer than the one that was sent. */
const exact = (value: bigint): Element =>
  BigInt.asIntN(54, value) === value ? Number(value) : value;

/** Source: Open Inference Protocol v2, "Tensor Data Types", and Triton's extension_binary_data.md. */
const FIXED: Readonly<Record<string, FixedType>> = {
  BOOL: { sizeBytes: 1, read: (view, at) => view.getUint8(at) !== 0 },
  UINT8: { sizeBytes: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { sizeBytes: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { sizeBytes: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { sizeBytes: 8, read: (view, at) => exact(view.getBigUint64(at, true)) },
  INT8: { sizeBytes: 1, read: (view, at) => view.getInt8(at) },
  INT16: { sizeBytes: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { sizeBytes: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { sizeBytes: 8, read: (view, at) => exact(view.getBigInt64(at, true)) },
  FP16: { sizeBytes: 2, read: (view, at) => missingNan(halfOf(view.getUint16(at, true))) },
  FP32: { sizeBytes: 4, read: (view, at) => missingNan(view.getFloat32(at, true)) },
  FP64: { sizeBytes: 8, read: (view, at) => missingNan(view.getFloat64(at, true)) },
};

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent with a bias of 15, 10 bits fraction. */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  // Without an exponent the number is subnormal: no 1 stands before the fraction.
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * The elements that the bytes of a tensor hold, in row order.
 *
 * @returns what is wrong where the bytes are no whole number of elements, a text is longer than what is
 *   left, or is not UTF-8, or the datatype is none.
 */
export function binaryElements(
  datatype: string,
  bytes: Uint8Array,
): { readonly elements: readonly Element[] } | { readonly problem: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === "BYTES") return textElements(view);
  const type = Object.hasOwn(FIXED, datatype) ? FIXED[datatype] : undefined;
  if (type === undefined) return { problem: "has a datatype that has no form in bytes" };
  const { sizeBytes, read } = type;
  if (bytes.byteLength % sizeBytes !== 0) {
    return { problem: `must be a multiple of ${sizeBytes}, got ${bytes.byteLength}` };
  }
  const elements = Array.from({ length: bytes.byteLength / sizeBytes }, (_, i) =>
    read(view, i * sizeBytes),
  );
  return { elements };
}

/** Each with its length in 4 bytes before it. */
function textElements(view: DataView): ReturnType<typeof binaryElements> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const elements: string[] = [];
  let at = 0;
  while (at < view.byteLength) {
    const left = view.byteLength - at - 4;
    const length = left < 0 ? 0 : view.getUint32(at, true);
    if (length > left) {
      return {
        problem: `must hold a length and that many bytes, ends within text ${elements.length}`,
      };
    }
    try {
      elements.push(decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at + 4, length)));
    } catch {
      // the only error of a fatal decoder
      return { problem: `must hold UTF-8, text ${elements.length} is none` };
    }
    at += 4 + length;
  }
  return { elements };
}

const encoder = new TextEncoder();

/** The elements of an output as bytes. @param datatype INT64, FP32, FP64 or BYTES */
export function binaryOutput(datatype: string, data: readonly (number | string)[]): Uint8Array {
  if (datatype === "BYTES") return textBytes(data.map((text) => encoder.encode(String(text))));
  const sizeBytes = datatype === "FP32" ? 4 : 8;
  const view = new DataView(new ArrayBuffer(data.length * sizeBytes));
  data.forEach((value, i) => {
    if (datatype === "INT64") view.setBigInt64(i * sizeBytes, BigInt(value), true);
    else if (datatype === "FP64") view.setFloat64(i * sizeBytes, Number(value), true);
    else view.setFloat32(i * sizeBytes, Number(value), true);
  });
  return new Uint8Array(view.buffer);
}

function textBytes(texts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.byteLength, 0));
  const view = new DataView(all.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text.byteLength, true);
    all.set(text, at + 4);
    at += 4 + text.byteLength;
  }
  return all;
}
