import { floatBits } from "./hash32.ts";

/**
 * Exact sums of float32 numbers: a number is m 2^(e - 150), m a whole number below 2^24, so that sums
 * are whole numbers of 2^-149 and, of squares, of 2^-298. What is summed is the same to the last bit
 * in any order and in any parts, which no sum of floats is.
 */
export interface Moments {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  /** In units of 2^-149, as decimal text. */
  readonly sum: string;
  /** Of squares, in units of 2^-298. */
  readonly squares: string;
}

export const NO_MOMENTS: Moments = { count: 0, min: null, max: null, sum: "0", squares: "0" };

const HALF = 2 ** 24;
/** So many numbers may be added before a cell could pass 2^53; more of one number than that may not. */
const FLUSH = 2 ** 28;

/** Adds up finite numbers; each is taken as its float32. */
export function momentsAdder(): { add(value: number, times?: number): void; moments(): Moments } {
  const sums = new Float64Array(256);
  const [high, low] = [new Float64Array(256), new Float64Array(256)];
  let [count, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [sum, squares, pending] = [0n, 0n, 0];
  const flush = () => {
    for (let e = 0; e < 256; e++) {
      const shift = BigInt(e);
      sum += BigInt(sums[e] as number) << shift;
      const all = BigInt(high[e] as number) * BigInt(HALF) + BigInt(low[e] as number);
      squares += all << (2n * shift);
    }
    for (const cells of [sums, high, low]) cells.fill(0);
  };
  return {
    add(value, times = 1) {
      pending += times;
      if (pending > FLUSH) {
        flush();
        pending = times;
      }
      const bits = floatBits(value);
      const exponent = (bits >>> 23) & 0xff;
      const fraction = bits & 0x7fffff;
      // Subnormal numbers have the exponent of the least normal ones, without the hidden bit.
      const m = exponent === 0 ? fraction : fraction + 0x800000;
      const e = Math.max(exponent, 1) - 1;
      const square = m * m;
      const top = Math.floor(square / HALF);
      sums[e] = (sums[e] as number) + (bits >>> 31 === 1 ? -m : m) * times;
      high[e] = (high[e] as number) + top * times;
      low[e] = (low[e] as number) + (square - top * HALF) * times;
      if (value < min) min = value;
      if (value > max) max = value;
      count += times;
    },
    moments() {
      if (count === 0) return NO_MOMENTS;
      flush();
      return { count, min, max, sum: String(sum), squares: String(squares) };
    },
  };
}

/** The moments of both together; the order does not matter to a bit. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  return {
    count: a.count + b.count,
    min: Math.min(a.min as number, b.min as number),
    max: Math.max(a.max as number, b.max as number),
    sum: String(BigInt(a.sum) + BigInt(b.sum)),
    squares: String(BigInt(a.squares) + BigInt(b.squares)),
  };
}

/** The mean, from the exact sum; null of no number. */
export const meanOf = ({ count, sum }: Moments): number | null =>
  count === 0 ? null : quotient(BigInt(sum), BigInt(count), 149);

/**
 * M2, the sum of squared deviations from the mean: squares - sum^2 / n, subtracted exactly, so that
 * nothing cancels.
 */
export function squaredDeviations({ count, sum, squares }: Moments): number {
  if (count === 0) return 0;
  const n = BigInt(count);
  return quotient(n * BigInt(squares) - BigInt(sum) ** 2n, n, 298);
}

/** Of the population: divided by the number of values. Null of no number. */
export const standardDeviationOf = (moments: Moments): number | null =>
  moments.count === 0 ? null : Math.sqrt(squaredDeviations(moments) / moments.count);

/** a / b / 2^scale: 64 bits of the quotient more than a double has. */
function quotient(a: bigint, b: bigint, scale: number): number {
  const sign = a < 0n ? -1 : 1;
  const size = a < 0n ? -a : a;
  const digits = (value: bigint) => value.toString(2).length;
  const shift = Math.max(0, 128 - (digits(size) - digits(b)));
  const whole = (size << BigInt(shift)) / b;
  const cut = Math.max(0, digits(whole) - 64);
  return sign * Number(whole >> BigInt(cut)) * 2 ** (cut - shift) * 2 ** -scale;
}
