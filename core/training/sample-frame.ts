import { takeLabelled } from "../evaluation/take-rows.ts";
import { drawAscending, seededRandom } from "./random.ts";
import type { LabelledFrame } from "./training-frame.ts";

/** Fewer rows are no sample that anything could be learned from. */
const LEAST_ROWS = 100;

/**
 * A share of a frame's rows, drawn without replacement, in their old order; of a ranking a share of its
 * queries, each whole. Equal seeds give equal rows, and at least 100 stay where there are as many. Of
 * a class that none of them is of, its first row is among them.
 *
 * @param share above 0; from 1 on the frame itself is given
 */
export function sampleFrame(frame: LabelledFrame, share: number, seed: number): LabelledFrame {
  if (share >= 1) return frame;
  const { groups } = frame;
  const units = groups === undefined ? frame.rows : groups.length - 1;
  const wanted = Math.min(units, Math.max(Math.round(units * share), LEAST_ROWS));
  const drawn = new Uint32Array(wanted);
  drawAscending(seededRandom(seed), units, wanted, drawn);
  return takeLabelled(frame, withEachClass(frame, drawn));
}

/** Rows, and the first one of each class that they leave out; ascending. */
function withEachClass({ labels }: LabelledFrame, drawn: Uint32Array): Uint32Array {
  // Other labels are numbers, or grades of queries.
  if (!(labels instanceof Uint8Array)) return drawn;
  const known = new Set(Array.from(drawn, (row) => labels[row]));
  const missing = [...new Set(labels)]
    .filter((label) => !known.has(label))
    .map((label) => labels.indexOf(label));
  return Uint32Array.from([...drawn, ...missing]).sort();
}
