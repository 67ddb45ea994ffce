/**
 * The number that a standard normal variable exceeds with a probability: formula 26.2.23 of Abramowitz
 * & Stegun (1964), wrong by less than 0.00045.
 *
 * @param probability above 0, at most 0.5
 * @returns >= 0; 1.645 for 0.05
 */
export function normalUpperQuantile(probability: number): number {
  const t = Math.sqrt(-2 * Math.log(probability));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return Math.max(0, t - above / below);
}
