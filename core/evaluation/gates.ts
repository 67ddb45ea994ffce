import { METRICS, type MetricName } from "../definition/metrics.ts";
import type { CheckedDefinition } from "../definition/model-definition.ts";
import type { Metrics } from "../registry/records.ts";
import type { ChampionResult, GateResult } from "../run/run-report.ts";

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
    ...gates.absolute.flatMap(({ metric, min, max }) => [
      ...(min === undefined ? [] : [boundGate(metric, metrics[metric], "at least", min)]),
      ...(max === undefined ? [] : [boundGate(metric, metrics[metric], "at most", max)]),
    ]),
    ...gates.champion.map(({ metric, maxRegression }) =>
      championGate(metric, metrics[metric], maxRegression, champion),
    ),
  ];
}

/** One line for each gate that failed. */
export function reasonsOf(results: readonly GateResult[]): readonly string[] {
  return results.flatMap(({ passed, reason }) => (passed || reason === null ? [] : [reason]));
}

function boundGate(
  metric: MetricName,
  value: number | undefined,
  side: "at least" | "at most",
  bound: number,
): GateResult {
  const gate = `${metric} ${side} ${bound}`;
  if (value === undefined) return missing(gate, metric, bound);
  const passed = side === "at least" ? value >= bound : value <= bound;
  const where = side === "at least" ? "below" : "above";
  const reason = passed
    ? null
    : `${metric} ${distinct(value, bound)} is ${where} the gate's ${bound}`;
  return { gate, value, bound, passed, reason };
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
  if (value === undefined || reference === undefined) return missing(gate, metric, null);
  const isHigherBetter = METRICS[metric].direction === "higher";
  const bound = isHigherBetter ? reference - maxRegression : reference + maxRegression;
  const passed = isHigherBetter ? value >= bound : value <= bound;
  const shown = distinct(value, bound);
  const reason = passed
    ? null
    : `${metric} ${shown} is more than ${maxRegression} worse than the ${distinct(reference, value)} of ${named}`;
  return { gate, value, bound, passed, reason };
}

function missing(gate: string, metric: MetricName, bound: number | null): GateResult {
  const reason = `${metric} does not exist for the test split, which has rows of one class only`;
  return { gate, value: null, bound, passed: false, reason };
}

function notComparable(gate: string, value: number | undefined, reason: string): GateResult {
  return { gate, value: value ?? null, bound: null, passed: true, reason };
}

/** The value in three decimals, or as many as it takes to read differently from the other. */
function distinct(value: number, other: number): string {
  for (let digits = 3; digits < 17; digits++) {
    const text = value.toFixed(digits);
    if (text !== other.toFixed(digits)) return String(Number(text));
  }
  return String(value);
}
