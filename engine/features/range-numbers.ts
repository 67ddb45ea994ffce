/** Events in one block: windows of fewer are gone through one by one. */
const BLOCK = 64;

/** What can be asked of the numbers from one place to, but without, another. */
export interface RangeNumbers {
  /** To the last bits, however much the numbers cancel out: Neumaier's sum (1974). */
  readonly sum: (from: number, to: number) => number;
  /** Of at least one number. */
  readonly min: (from: number, to: number) => number;
  readonly max: (from: number, to: number) => number;
  /** Of a sample of two or more: the root of the squared differences from the mean by n - 1. */
  readonly standardDeviation: (from: number, to: number) => number;
}

/**
 * Answers from blocks of numbers that are summed up once, so that a window costs as many steps as it has
 * blocks. Nothing is subtracted from running sums, which would lose small numbers behind large ones.
 */
export function rangeNumbers(values: Float64Array): RangeNumbers {
  const blocks = Math.floor(values.length / BLOCK);
  const block = () => new Float64Array(blocks);
  const [sums, losts, mins, maxs, squares] = [block(), block(), block(), block(), block()];
  const total = { sum: 0, lost: 0 };
  const add = (value: number): void => {
    const next = total.sum + value;
    total.lost +=
      Math.abs(total.sum) >= Math.abs(value) ? total.sum - next + value : value - next + total.sum;
    total.sum = next;
  };
  for (let b = 0; b < blocks; b++) {
    const part = values.subarray(b * BLOCK, (b + 1) * BLOCK);
    total.sum = total.lost = 0;
    for (const value of part) add(value);
    sums[b] = total.sum;
    losts[b] = total.lost;
    mins[b] = part.reduce((a, c) => Math.min(a, c));
    maxs[b] = part.reduce((a, c) => Math.max(a, c));
    const mean = (total.sum + total.lost) / BLOCK;
    squares[b] = part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  }

  /** Hands on every whole block of a range, and every number beside them. */
  const each = (
    from: number,
    to: number,
    ofBlock: (b: number) => void,
    ofValue: (value: number) => void,
  ): void => {
    let at = from;
    while (at < to) {
      if (at % BLOCK === 0 && at + BLOCK <= to) {
        ofBlock(at / BLOCK);
        at += BLOCK;
      } else ofValue(values[at++] as number);
    }
  };
  const sum = (from: number, to: number): number => {
    total.sum = total.lost = 0;
    each(
      from,
      to,
      (b) => {
        add(sums[b] as number);
        add(losts[b] as number);
      },
      add,
    );
    return total.sum + total.lost;
  };
  const extreme =
    (ofBlocks: Float64Array, better: (a: number, b: number) => number) =>
    (from: number, to: number): number => {
      let found = values[from] as number;
      each(
        from,
        to,
        (b) => {
          found = better(found, ofBlocks[b] as number);
        },
        (value) => {
          found = better(found, value);
        },
      );
      return found;
    };
  return {
    sum,
    min: extreme(mins, Math.min),
    max: extreme(maxs, Math.max),
    standardDeviation: (from, to) => {
      const mean = sum(from, to) / (to - from);
      let squared = 0;
      each(
        from,
        to,
        (b) => {
          const ofBlock = ((sums[b] as number) + (losts[b] as number)) / BLOCK;
          squared += (squares[b] as number) + BLOCK * (ofBlock - mean) ** 2;
        },
        (value) => {
          squared += (value - mean) ** 2;
        },
      );
      return Math.sqrt(squared / (to - from - 1));
    },
  };
}
