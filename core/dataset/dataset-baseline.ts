import type { Task } from "../definition/task.ts";
import type { CategoryProfile } from "./baseline.ts";
import { profileCategories } from "./profile.ts";

/**
 * Profile of a category column from how often each of its codes occurs.
 *
 * @param counts rows of each code, shape [dictionary.length]; codes that no row has are left out
 * @param missing rows without a string
 */
export function categoryProfile(
  dictionary: readonly string[],
  counts: ArrayLike<number>,
  missing: number,
): CategoryProfile {
  const named = dictionary.map((text, code) => [text, counts[code] as number] as const);
  return profileCategories(
    named.filter(([, count]) => count > 0),
    missing,
  );
}

/** Profile of labels that are places: class "0" and "1" of a binary target, else the classes by name. */
export function classProfile(
  task: Extract<Task, { readonly type: "binary" | "multiclass" }>,
  counts: readonly number[],
): CategoryProfile {
  return categoryProfile(task.type === "binary" ? ["0", "1"] : task.classes, counts, 0);
}
