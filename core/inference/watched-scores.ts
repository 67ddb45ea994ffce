/**
 * The number of each row that is logged and watched, as `Scores` says: the first of the row's
 * predictions, or, of several classes, the highest probability.
 *
 * @param predictions row by row, shape [n * width]
 * @returns shape [n]
 */
export function watchedScores(
  predictions: Float32Array,
  { width, ofClasses }: { readonly width: number; readonly ofClasses: boolean },
): Float32Array {
  if (width === 1) return predictions;
  const watched = new Float32Array(predictions.length / width);
  for (let row = 0; row < watched.length; row++) {
    const own = predictions.subarray(row * width, (row + 1) * width);
    watched[row] = ofClasses ? own.reduce((a, b) => Math.max(a, b)) : (own[0] as number);
  }
  return watched;
}
