/** Requests per second at an instant, in s. */
export type Load = (at: number) => number;

/** The same all the time. */
export const steady =
  (perSecond: number): Load =>
  () =>
    perSecond;

/** From one rate to another on a straight line, which takes `overS` (0: at once) from `fromS` on. */
export const ramp =
  (shape: { from: number; to: number; fromS: number; overS: number }): Load =>
  (at) => {
    if (at < shape.fromS) return shape.from;
    if (at >= shape.fromS + shape.overS) return shape.to;
    return shape.from + ((at - shape.fromS) / shape.overS) * (shape.to - shape.from);
  };

/**
 * A day with one peak in its middle: peak x ((1 - cos(2 pi t / day)) / 2)^n.
 *
 * @param n whole number; the mean of a day is C(2n, n) / 4^n of its peak: 1/2 for 1, 0.1170 for 23
 */
export const daily =
  (peak: number, n: number, dayS: number): Load =>
  (at) =>
    peak * ((1 - Math.cos((2 * Math.PI * at) / dayS)) / 2) ** n;

/**
 * The next instant of a Poisson process with a rate that changes, by thinning.
 *
 * Source: Lewis and Shedler (1979), "Simulation of nonhomogeneous Poisson processes by thinning".
 *
 * @param most a rate that the load never exceeds
 * @returns Infinity if there is none before `until`
 */
export function nextArrival(
  at: number,
  of: { readonly load: Load; readonly most: number; readonly until: number },
  random: () => number,
): number {
  for (let next = at; ; ) {
    next -= Math.log(1 - random()) / of.most;
    if (next >= of.until) return Number.POSITIVE_INFINITY;
    if (random() * of.most <= of.load(next)) return next;
  }
}
