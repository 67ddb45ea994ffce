import type {
  CategoryProfile,
  NumberProfile,
  VersionBaseline,
} from "../../../core/dataset/baseline.ts";
import { profileCategories, profileNumbers } from "../../../core/dataset/profile.ts";

/** Profile of `count` numbers spread evenly over [from, to). */
export function evenNumbers(count: number, from: number, to: number): NumberProfile {
  return profileNumbers(
    Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / count),
  );
}

/** Profile of strings that occur so often. */
export function categories(counts: Readonly<Record<string, number>>, missing = 0): CategoryProfile {
  return profileCategories(Object.entries(counts), missing);
}

/** A baseline of two features and a score, 1,000 rows. */
export function baseline(parts: Partial<VersionBaseline> = {}): VersionBaseline {
  return {
    rows: 1_000,
    features: {
      age: evenNumbers(1_000, 0, 100),
      town: categories({ Bonn: 600, Ulm: 400 }),
    },
    label: categories({ "0": 800, "1": 200 }),
    score: evenNumbers(1_000, 0, 1),
    ...parts,
  };
}
