import { DEFAULT_SERVING } from "../definition/serving-schema.ts";
import { taskOf } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import type { LoadedVersion } from "../inference/loaded-version.ts";
import {
  checkExplainable,
  type Explanations,
  explainRows,
  type ScoredRows,
} from "./explain-rows.ts";

/**
 * Explains what a version made of a request, within what its definition allows.
 *
 * @param stopwatch milliseconds that only ever grow
 * @throws {InvalidInputError} if it has more rows than may be explained, or nothing explains the version.
 * @throws {IntegrityError} if what explains the version is damaged.
 */
export async function explainRequest(
  version: Pick<LoadedVersion, "definition" | "explainer">,
  scored: Omit<ScoredRows, "task">,
  stopwatch: () => number,
): Promise<Explanations> {
  const { definition } = version;
  const { explanations } = definition.serving ?? DEFAULT_SERVING;
  checkExplainable(scored.rows.length, explanations);
  // Read before the time is taken: the first request that asks for it has to wait for it.
  const explainer = await version.explainer?.();
  if (explainer === undefined) throw new InvalidInputError("this version cannot be explained");
  const task = taskOf(definition.target);
  return await explainRows(explainer, { ...scored, task }, explanations, stopwatch);
}
