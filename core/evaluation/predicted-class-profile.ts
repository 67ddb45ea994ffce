import type { CategoryProfile } from "../dataset/baseline.ts";
import { profileCategories } from "../dataset/profile.ts";
import type { Labels } from "../training/training-frame.ts";
import { rankClasses } from "./class-ranks.ts";

/**
 * How often each class is predicted, every row once whatever its weight: live predictions are compared
 * with it.
 *
 * @param predictions probabilities, row-major, shape [n * classes]
 */
export function predictedClassProfile(
  labels: Labels,
  predictions: Float32Array,
  classes: readonly string[],
): CategoryProfile {
  const counts = new Map<string, number>();
  for (const place of rankClasses(labels, predictions, classes.length).predicted) {
    const name = classes[place] as string;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return profileCategories(counts, 0);
}
