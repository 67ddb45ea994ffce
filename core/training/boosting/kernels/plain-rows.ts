import type { LabelledFrame } from "../../training-frame.ts";
import { binRows, placeOf } from "../binned-rows.ts";
import { buildHistogram, subtractHistogram } from "../histogram.ts";
import { addTree } from "../tree.ts";
import {
  type BoostingKernels,
  type BoostingRows,
  type KernelsInput,
  SLOPE_BLOCK_ROWS,
} from "./boosting-rows.ts";
import { plainSlopes } from "./plain-slopes.ts";
import { ROUNDING } from "./slope-arithmetic.ts";

/** Kernels in JavaScript, for where those in WebAssembly cannot run. */
export function plainRows(input: KernelsInput): BoostingKernels {
  return {
    train: rowsOf(input, input.train, input.slopes === "given"),
    held: rowsOf(input, input.validation, false),
    allocate: () => new Float64Array(input.shape.length),
    subtract: subtractHistogram,
    end: () => {},
  };
}

function rowsOf(
  { bins, shape, targets }: KernelsInput,
  frame: LabelledFrame,
  isGiven: boolean,
): BoostingRows {
  const binned = binRows(frame, bins);
  const { rows: count, labels } = frame;
  const order = new Uint32Array(count);
  const scratch = new Uint32Array(count);
  const scores = Array.from({ length: targets }, () => new Float64Array(count));
  const slopes = isGiven ? new Float64Array(2 * count) : new Float32Array(2 * count);
  const gradients = new Float64Array(isGiven ? count : 0);
  const hessians = new Float64Array(isGiven ? count : 0);

  return {
    count,
    order,
    scores,
    gradients,
    hessians,
    fillSlopes() {
      let sum = 0;
      for (let begin = 0; begin < count; begin += SLOPE_BLOCK_ROWS) {
        const end = Math.min(count, begin + SLOPE_BLOCK_ROWS);
        sum += plainSlopes(scores[0] as Float64Array, labels, begin, end, slopes);
      }
      return sum / count;
    },
    setSlopes(gradientSteps, hessianSteps) {
      for (let row = 0; row < count; row++) {
        slopes[2 * row] = roundedTo(gradientSteps, gradients[row] as number);
        slopes[2 * row + 1] = roundedTo(hessianSteps, hessians[row] as number);
      }
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
    addLeaves(begins, ends, values, target) {
      const added = scores[target] as Float64Array;
      values.forEach((value, leaf) => {
        for (let i = begins[leaf] as number; i < (ends[leaf] as number); i++) {
          const row = order[i] as number;
          added[row] = (added[row] as number) + value;
        }
      });
    },
    addTree: (tree, target) => addTree(tree, binned, scores[target] as Float64Array),
  };
}

function roundedTo(steps: number, value: number): number {
  return (value * steps + ROUNDING - ROUNDING) / steps;
}
