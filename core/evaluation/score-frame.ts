import type { OpenScorer, Scorer, ScoringColumns } from "../inference/scorer.ts";
import type { Frame, FrameColumn } from "../training/training-frame.ts";

/** Rows a call of the graph: enough that a call's cost does not show, few enough to stay small. */
const BATCH_ROWS = 8_192;

/**
 * Scores every row of a frame, a batch at a time.
 *
 * @param inputs names of the columns that the graph has; others of the frame are left out
 * @returns what the task predicts, row by row, shape [n * width]
 * @throws {InvalidInputError} if the graph's inputs are not among the frame's columns.
 */
export async function scoreFrame(
  scorer: Pick<Scorer, "score">,
  frame: Frame,
  inputs: readonly string[] = frame.columns.map(({ name }) => name),
): Promise<Float32Array> {
  const columns = frame.columns.filter(({ name }) => inputs.includes(name));
  let predictions = new Float32Array(0);
  for (let from = 0; from < frame.rows; from += BATCH_ROWS) {
    const to = Math.min(from + BATCH_ROWS, frame.rows);
    const batch = await scorer.score(columnsBetween(columns, from, to));
    const width = batch.predictions.length / (to - from);
    if (from === 0) predictions = new Float32Array(frame.rows * width);
    predictions.set(batch.predictions, from * width);
  }
  return predictions;
}

/** Lends a graph that is opened for some work, and released however that ends. */
export async function withScorer<T>(
  openScorer: OpenScorer,
  graph: Uint8Array,
  work: (score: (frame: Frame) => Promise<Float32Array>) => Promise<T>,
): Promise<T> {
  const scorer = await openScorer(graph);
  try {
    return await work((frame) => scoreFrame(scorer, frame));
  } finally {
    await scorer.release();
  }
}

/** Rows `from` to `to` (exclusive) as the graph takes them: NaN and "" are missing. */
function columnsBetween(columns: readonly FrameColumn[], from: number, to: number): ScoringColumns {
  return Object.fromEntries(
    columns.map((column) => [
      column.name,
      column.kind === "number"
        ? column.values.slice(from, to)
        : Array.from(column.codes.subarray(from, to), (code) => column.dictionary[code] ?? ""),
    ]),
  );
}

/** One row by input name, as a request would say it; null is missing. */
export function rowOf(frame: Frame, row: number): Readonly<Record<string, number | string | null>> {
  return Object.fromEntries(
    frame.columns.map((column) => {
      if (column.kind === "category") {
        return [column.name, column.dictionary[column.codes[row] as number] ?? null];
      }
      const value = column.values[row] as number;
      return [column.name, Number.isNaN(value) ? null : value];
    }),
  );
}
