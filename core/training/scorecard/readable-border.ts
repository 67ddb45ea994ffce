/** Largest finite float32. */
const LARGEST = 3.4028234663852886e38;
/** Some multiple of a tenth of the distance lies between, unless float32 has nothing there. */
const POWERS_TRIED = 3;

/**
 * A float32 with `low <= border < high` that is easy to read: a multiple of the largest power of ten
 * that has one there, next to the middle. 0 between 0 and 1, 12.5 between 12.49 and 12.51.
 *
 * @param low float32, below `high`; both finite
 */
export function readableBorder(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  const largest = Math.floor(Math.log10(high - low)) + 1;
  for (let power = largest; power > largest - POWERS_TRIED; power--) {
    const steps = middle / Number(`1e${power}`);
    for (const whole of [Math.floor(steps), Math.ceil(steps)]) {
      // + 0 makes 0 of -0.
      const border = Math.fround(Number(`${whole}e${power}`)) + 0;
      if (border >= low && border < high) return border;
    }
  }
  return low;
}

/** The number itself; the nearest finite float32 for an infinite one. */
export function finite(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}

/**
 * The shortest decimal that is this float32: 0.1 rather than 0.10000000149011612. Nine digits tell any
 * float32 from its neighbours.
 *
 * @param value float32, finite
 */
export function shortestDecimal(value: number): string {
  let digits = 1;
  while (Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}
