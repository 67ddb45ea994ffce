import { takeColumn } from "../evaluation/take-rows.ts";
import type { Frame } from "../training/training-frame.ts";

/** How far an input moves scores on average. */
export interface GlobalContribution {
  readonly feature: string;
  /** Mean over the rows and the scores of a row of |contribution|, in the scores' unit. */
  readonly meanAbsolute: number;
  /** The same for each score, shape [width]. */
  readonly byScore: readonly number[];
}

export interface GlobalOptions {
  /** Number of raw scores of a row. */
  readonly width: number;
  /** Most rows that are looked at, evenly spread over the frame, >= 1. @default 1000 */
  readonly rows?: number;
}

/**
 * Mean absolute SHAP value of each input: its global importance (Lundberg et al. 2020). Highest first,
 * equal ones by the order of inputs. A frame without rows gives zeros.
 */
export function globalContributions(
  contributions: (frame: Frame) => Float64Array,
  frame: Frame,
  { width, rows = 1_000 }: GlobalOptions,
): readonly GlobalContribution[] {
  const sample = evenlySpread(frame, rows);
  const found = contributions(sample);
  const size = frame.columns.length + 1;
  return frame.columns
    .map(({ name }, at) => {
      const byScore = Array.from({ length: width }, (_, k) => {
        let sum = 0;
        for (let i = k * size + at; i < found.length; i += width * size) {
          sum += Math.abs(found[i] as number);
        }
        return sum / Math.max(sample.rows, 1);
      });
      const meanAbsolute = byScore.reduce((sum, own) => sum + own, 0) / width;
      return { feature: name, meanAbsolute, byScore };
    })
    .sort((a, b) => b.meanAbsolute - a.meanAbsolute);
}

/** At most so many rows, evenly spaced; the frame itself if it has no more. */
function evenlySpread(frame: Frame, most: number): Frame {
  if (frame.rows <= most) return frame;
  const rows = Uint32Array.from({ length: most }, (_, i) => Math.floor((i * frame.rows) / most));
  return { rows: most, columns: frame.columns.map((column) => takeColumn(column, rows)) };
}
