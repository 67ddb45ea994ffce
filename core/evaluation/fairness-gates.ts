import type { FairnessMeasures, GroupFairness } from "../run/evaluation-results.ts";
import type { GateResult } from "../run/run-report.ts";
import { type Bounds, boundGates, missingGate } from "./bound-gates.ts";
import { fairnessMeasures } from "./fairness.ts";

/** A bound on how differently the groups of a protected column may be treated. */
export interface FairnessGate extends Bounds {
  readonly column: string;
  readonly measure: keyof FairnessMeasures;
  /** Groups with fewer rows have no say. */
  readonly minRows: number;
}

const WORDS: Readonly<Record<keyof FairnessMeasures, string>> = {
  demographicParityDifference: "difference of selection rates",
  equalOpportunityDifference: "difference of true positive rates",
  equalisedOddsDifference: "difference of true or false positive rates",
  disparateImpact: "ratio of selection rates",
};

/**
 * Holds protected groups against the definition's gates. A measure that the rows do not define, for
 * there are fewer than two groups with enough rows, fails its gate: nothing was shown.
 *
 * @param found one entry a protected column
 */
export function fairnessGates(
  gates: readonly FairnessGate[],
  found: readonly GroupFairness[],
): readonly GateResult[] {
  return gates.flatMap((gate) => {
    const what = `${WORDS[gate.measure]} by ${gate.column}`;
    const column = found.find(({ column }) => column === gate.column);
    if (column === undefined) {
      return [
        missingGate(what, null, `${what} is not known: no column ${gate.column} was measured`),
      ];
    }
    const value = fairnessMeasures(column.groups, gate.minRows)[gate.measure];
    return boundGates(
      what,
      value,
      gate,
      `${what} is not known: fewer than two groups have ${gate.minRows} rows that define it`,
    );
  });
}
