import { type MetricName, worseBy } from "../definition/metrics.ts";
import { DataContractError } from "../errors.ts";
import type { CandidateResult } from "../run/run-report.ts";

/**
 * The candidate with the best value of a metric on the validation split; of equally good ones the
 * first. The test split has no say: what is chosen on it cannot be measured on it.
 *
 * @throws {DataContractError} if no candidate has the metric.
 */
export function chooseCandidate<
  Result extends Pick<CandidateResult, "index" | "name" | "validation">,
>(candidates: readonly Result[], metric: MetricName): Result {
  let best: { readonly result: Result; readonly value: number } | undefined;
  for (const result of candidates) {
    const value = result.validation[metric];
    if (value === undefined) continue;
    if (best === undefined || worseBy(metric, value, best.value) < 0) best = { result, value };
  }
  if (best) return best.result;
  throw new DataContractError(
    `no candidate of [${candidates.map(({ name }) => name)}] has a ${metric} on the validation split; does it have the rows that the metric needs, such as of both classes?`,
  );
}
