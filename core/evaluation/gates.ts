import { METRICS, type MetricName } from "../definition/metrics.ts";
import type { CheckedDefinition } from "../definition/model-definition.ts";
import type { Metrics } from "../registry/records.ts";
import type { ChampionResult, GateResult } from "../run/run-report.ts";
import { boundGates, distinct, missingGate } from "./bound-gates.ts";

type Gates = Pick<CheckedDefinition["gates"], "absolute"> & {
  readonly champion: NonNullable<CheckedDefinition["gates"]["champion"]>;
};

/**
 * Holds a candidate's metrics against the definition's gates.
 *
 * A champion's gate cannot be applied without a champion, or where the champion could not be scored
 * on these rows (its inputs are gone): it then passes and says why in its `reason`; the absolute gates
 * stand. A metric that does not exist for these rows fails its gate.
 *
 * @param metrics of the candidate, on the test split
 * @param champion on the same rows; null where the model has none
 */
export function applyGates(
  gates: Gates,
  metrics: Metrics,
  champion: ChampionResult | null,
): readonly GateResult[] {
  return [
    ...gates.absolute.flatMap((gate) =>
      boundGates(gate.metric, metrics[gate.metric], gate, missing(gate.metric)),
    ),
    ...gates.champion.map(({ metric, maxRegression }) =>
      championGate(metric, metrics[metric], maxRegression, champion),
    ),
  ];
}

/** One line for each gate that failed. */
export function reasonsOf(results: readonly GateResult[]): readonly string[] {
  return results.flatMap(({ passed, reason }) => (passed || reason === null ? [] : [reason]));
}

function championGate(
  metric: MetricName,
  value: number | undefined,
  maxRegression: number,
  champion: ChampionResult | null,
): GateResult {
  const gate = `${metric} at most ${maxRegression} worse than the champion`;
  if (champion === null) return notComparable(gate, value, "there is no champion to compare with");
  const named = `champion version ${champion.version}`;
  if (champion.metrics === null) {
    return notComparable(
      gate,
      value,
      `not comparable: ${champion.note ?? `${named} has no score`}`,
    );
  }
  const reference = champion.metrics[metric];
  if (value === undefined || reference === undefined) {
    return missingGate(gate, null, missing(metric));
  }
  const isHigherBetter = METRICS[metric].direction === "higher";
  const bound = isHigherBetter ? reference - maxRegression : reference + maxRegression;
  const passed = isHigherBetter ? value >= bound : value <= bound;
  const shown = distinct(value, bound);
  const reason = passed
    ? null
    : `${metric} ${shown} is more than ${maxRegression} worse than the ${distinct(reference, value)} of ${named}`;
  return { gate, value, bound, passed, reason };
}

function missing(metric: MetricName): string {
  return `${metric} does not exist for the test split; has it rows of one class only?`;
}

function notComparable(gate: string, value: number | undefined, reason: string): GateResult {
  return { gate, value: value ?? null, bound: null, passed: true, reason };
}
