/**
 * Puts neighbours together into at most `most` groups of about equal weight. One that is as heavy as a
 * group of its own is not joined to lighter ones before it.
 *
 * @param weights each > 0, in order
 * @returns ascending; the number of entries up to the end of each group, the last one all
 */
export function quantileEnds(weights: ArrayLike<number>, most: number): readonly number[] {
  const size = weights.length;
  if (size <= most) return Array.from({ length: size }, (_, i) => i + 1);
  let left = 0;
  for (let i = 0; i < size; i++) left += weights[i] as number;
  const fair = left / most;

  const ends: number[] = [];
  let group = 0;
  for (let i = 0; i + 1 < size && ends.length + 1 < most; i++) {
    group += weights[i] as number;
    const target = left / (most - ends.length);
    if (group < target && (weights[i + 1] as number) < fair) continue;
    ends.push(i + 1);
    left -= group;
    group = 0;
  }
  ends.push(size);
  return ends;
}
