/** Area under the ROC curve by ranks, ties at their middle (Mann and Whitney 1947). */
export function rocAuc(labels: Uint8Array, scores: Float64Array): number {
  const order = Uint32Array.from(scores, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  let positives = 0;
  let rankSum = 0;
  for (let begin = 0, end = 0; begin < order.length; begin = end) {
    let tied = 0;
    const score = scores[order[begin] as number];
    for (end = begin; end < order.length && scores[order[end] as number] === score; end++) {
      tied += labels[order[end] as number] as number;
    }
    positives += tied;
    rankSum += tied * ((begin + end + 1) / 2);
  }
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
