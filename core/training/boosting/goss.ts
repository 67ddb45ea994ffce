import type { Random } from "../random.ts";
import type { FillSlopes } from "./objectives/objective.ts";
import type { RowSample } from "./row-sample.ts";
import { selectNth } from "./select-nth.ts";

interface GossShares {
  readonly topShare: number;
  readonly otherShare: number;
}

/**
 * Gradient-based one-side sampling (Ke et al. 2017): keeps the rows whose |gradient * hessian|, summed
 * over the targets, is largest, and draws of the others, which then count for those left out as well.
 */
export function drawByGradient(
  { topShare, otherShare }: GossShares,
  random: Random,
  rowCount: number,
  targets: number,
  fill: FillSlopes,
): RowSample {
  const top = Math.max(1, Math.round(topShare * rowCount));
  const others = Math.min(rowCount - top, Math.max(1, Math.round(otherShare * rowCount)));
  if (others <= 0) return { count: rowCount };
  const sizes = magnitudes(rowCount, targets, fill);
  const border = selectNth(sizes.slice(), rowCount - top);
  let ties = top - sizes.reduce((above, size) => above + (size > border ? 1 : 0), 0);

  const rows = new Uint32Array(top + others);
  const factors = new Float64Array(rowCount).fill(1);
  let count = 0;
  let left = rowCount - top;
  let wanted = others;
  sizes.forEach((size, row) => {
    if (size > border || (size === border && ties-- > 0)) {
      rows[count++] = row;
      return;
    }
    if (random.nextUint32() * left-- >= wanted * 2 ** 32) return;
    wanted--;
    rows[count++] = row;
    factors[row] = (rowCount - top) / others;
  });
  return { count, rows, factors };
}

function magnitudes(rowCount: number, targets: number, fill: FillSlopes): Float64Array {
  const sizes = new Float64Array(rowCount);
  const gradients = new Float64Array(rowCount);
  const hessians = new Float64Array(rowCount);
  for (let target = 0; target < targets; target++) {
    fill(target, gradients, hessians);
    for (let row = 0; row < rowCount; row++) {
      const size = Math.abs((gradients[row] as number) * (hessians[row] as number));
      sizes[row] = (sizes[row] as number) + size;
    }
  }
  return sizes;
}
