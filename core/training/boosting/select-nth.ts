/**
 * The number at place `n` of the ascending order, found without ordering the others (Hoare's quickselect,
 * the pivot being the middle of three). O(length) on average.
 *
 * @param values no NaN; reordered so that none before place `n` is larger than it and none after it smaller
 * @param n 0..length - 1
 */
export function selectNth(values: Float64Array, n: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(
      values[low] as number,
      values[(low + high) >>> 1] as number,
      values[high] as number,
    );
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = swapped;
    }
    // What lies between j and i equals the pivot.
    if (n > j) low = n < i ? high : i;
    if (n <= j) high = j;
  }
  return values[n] as number;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
