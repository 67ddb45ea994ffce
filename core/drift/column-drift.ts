import type { Profile } from "../dataset/baseline.ts";
import { InvalidInputError } from "../errors.ts";
import { chanceLimit } from "./chance-limit.ts";
import { baselineCounts, binNames, driftBins } from "./drift-bins.ts";
import { psi } from "./psi.ts";

/** How far one column of live predictions is from the baseline. */
export interface ColumnDrift {
  readonly name: string;
  readonly kind: "number" | "category";
  /** Population stability index, in nats. */
  readonly psi: number;
  /** The PSI that a window of this size passes by chance once in a thousand times. */
  readonly chanceLimit: number;
  /** PSI reached the definition's limit, and chance does not explain it. */
  readonly hasDrifted: boolean;
  /** Rows of both sides in each bin. */
  readonly bins: readonly {
    readonly bin: string;
    readonly baseline: number;
    readonly window: number;
  }[];
}

/**
 * Compares a column's live counts with its baseline. Bins that are empty on both sides say nothing
 * and are left out of the index: smoothing would count them as a difference where one side has far
 * more rows.
 *
 * @param current counts in the profile's `driftBins`, in their order
 * @param maxPsi the definition's limit
 * @throws {InvalidInputError} if `current` has other bins, or a side has no rows.
 */
export function columnDrift(
  name: string,
  profile: Profile,
  current: readonly number[],
  maxPsi: number,
): ColumnDrift {
  const reference = baselineCounts(profile);
  if (reference.length !== current.length) {
    throw new InvalidInputError(
      `${name} has ${reference.length} bins in its baseline and ${current.length} in the window`,
    );
  }
  const names = binNames(driftBins(profile));
  const bins = names.map((bin, i) => ({
    bin,
    baseline: reference[i] as number,
    window: current[i] as number,
  }));
  const used = bins.filter(({ baseline, window }) => baseline > 0 || window > 0);
  const index = indexOf(used);
  const limit = chanceLimit(Math.max(used.length, 2), total(reference), total(current));
  return {
    name,
    kind: profile.kind,
    psi: index,
    chanceLimit: limit,
    hasDrifted: index >= maxPsi && index > limit,
    bins,
  };
}

/** PSI of bins that hold rows; one bin alone holds everything on both sides. */
function indexOf(used: ColumnDrift["bins"]): number {
  if (used.length === 1) return 0;
  return psi(
    used.map(({ baseline }) => baseline),
    used.map(({ window }) => window),
  );
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
