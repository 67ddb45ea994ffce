import { byteLabels, type LabelledFrame } from "../../training-frame.ts";
import { binRows, placeOf } from "../binned-rows.ts";
import { buildHistogram } from "../histogram.ts";
import {
  type BoostingKernels,
  type BoostingRows,
  type KernelsInput,
  SLOPE_BLOCK_ROWS,
} from "./boosting-rows.ts";
import { plainSlopes } from "./plain-slopes.ts";

/** Kernels in JavaScript, for where those in WebAssembly cannot run. */
export function plainRows(input: KernelsInput): BoostingKernels {
  return {
    train: rowsOf(input, input.train),
    held: rowsOf(input, input.validation),
    allocate: () => new Float64Array(input.shape.length),
  };
}

function rowsOf({ bins, shape, baseScore }: KernelsInput, frame: LabelledFrame): BoostingRows {
  const binned = binRows(frame, bins);
  const { rows: count } = frame;
  const labels = byteLabels(frame.labels);
  const order = new Uint32Array(count);
  const scratch = new Uint32Array(count);
  const scores = new Float64Array(count).fill(baseScore);
  const slopes = new Float32Array(2 * count);

  return {
    count,
    order,
    scores,
    fillSlopes() {
      let sum = 0;
      for (let begin = 0; begin < count; begin += SLOPE_BLOCK_ROWS) {
        sum += plainSlopes(
          scores,
          labels,
          begin,
          Math.min(count, begin + SLOPE_BLOCK_ROWS),
          slopes,
        );
      }
      return sum / count;
    },
    enumerate() {
      for (let row = 0; row < count; row++) order[row] = row;
    },
    sumUp(begin, end, into) {
      buildHistogram(binned, { rows: order, begin, end }, slopes, shape, into);
    },
    partition(begin, end, feature, goesLeft) {
      const { words } = binned;
      const { base, shift } = placeOf(feature, count);
      let left = begin;
      let right = 0;
      for (let i = begin; i < end; i++) {
        const row = order[i] as number;
        const bin = ((words[base + row] as number) >>> shift) & 255;
        const isLeft = ((goesLeft[bin >>> 5] as number) >>> (bin & 31)) & 1;
        order[left] = row;
        scratch[right] = row;
        left += isLeft;
        right += 1 - isLeft;
      }
      order.set(scratch.subarray(0, right), left);
      return left;
    },
    addToScores(begin, end, value) {
      for (let i = begin; i < end; i++) {
        const row = order[i] as number;
        scores[row] = (scores[row] as number) + value;
      }
    },
  };
}
