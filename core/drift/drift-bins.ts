import type { CategoryProfile, NumberProfile, Profile } from "../dataset/baseline.ts";

/**
 * Most strings of a category that have a bin of their own; the rest is one bin, "other". PSI over
 * every airport of 228 would be noise in a window of a few hundred predictions.
 */
const CATEGORY_BINS = 20;

/** Where a column's live values are counted: the baseline's bins. */
export type DriftBins =
  /** Bin i holds `edges[i-1] < value <= edges[i]`; the last two bins are above all edges, and missing. */
  | { readonly kind: "number"; readonly edges: readonly number[] }
  /** A bin for each of `values`, then one for every other string, then missing. */
  | { readonly kind: "category"; readonly values: readonly string[] };

/** The bins in which a baseline profile is compared. */
export function driftBins(profile: Profile): DriftBins {
  return profile.kind === "number"
    ? { kind: "number", edges: profile.edges }
    : { kind: "category", values: topValues(profile) };
}

/** Rows of the baseline in each of its `driftBins`, in their order. */
export function baselineCounts(profile: Profile): readonly number[] {
  return profile.kind === "number" ? numberCounts(profile) : categoryCounts(profile);
}

/** Each bin in words, in their order. */
export function binNames(bins: DriftBins): readonly string[] {
  if (bins.kind === "category") return [...bins.values, "(other)", "(missing)"];
  const { edges } = bins;
  const ranges = edges.map((edge, i) => (i === 0 ? `<= ${edge}` : `${edges[i - 1]} to ${edge}`));
  const last = edges.length === 0 ? "(any number)" : `> ${edges.at(-1)}`;
  return [...ranges, last, "(missing)"];
}

const numberCounts = ({ counts, missing }: NumberProfile) => [...counts, missing];

function categoryCounts(profile: CategoryProfile): readonly number[] {
  const counts = profile.counts.map(([, count]) => count);
  const others = counts.slice(CATEGORY_BINS).reduce((sum, count) => sum + count, profile.other);
  return [...counts.slice(0, CATEGORY_BINS), others, profile.missing];
}

function topValues({ counts }: CategoryProfile): readonly string[] {
  return counts.slice(0, CATEGORY_BINS).map(([value]) => value);
}
