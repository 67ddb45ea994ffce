import type { StepOf } from "../../definition/transform-schema.ts";
import type { FrameColumn } from "../../training/training-frame.ts";
import { aNumber, aText, type FittedStep, fromNumbers } from "../fitted-step.ts";
import { numberColumn, quantileOf, sortedValues } from "../training-values.ts";

/** Numbers to how many edges are not above them, or to the names of their buckets. */
export function fitBucketise(step: StepOf<"bucketise">, column: FrameColumn): FittedStep {
  const edges = step.edges ?? quantileEdges(sortedValues(numberColumn(column)), step);
  const names = bucketNames(edges);
  return {
    found: { edges },
    build: fromNumbers((nodes, x) => {
      const bucket = nodes.countEdges(x, edges);
      return [step.as === "number" ? aNumber(bucket) : aText(nodes.nameOf(bucket, names))];
    }),
  };
}

/** Inner edges of buckets with about as many rows each; equal ones count once. */
function quantileEdges(
  sorted: Float64Array,
  { quantiles = 2 }: Pick<StepOf<"bucketise">, "quantiles">,
): readonly number[] {
  const edges = Array.from({ length: quantiles - 1 }, (_, i) =>
    quantileOf(sorted, (i + 1) / quantiles),
  );
  return [...new Set(edges)];
}

/** "below 18", "[18, 30)", "30 and above". */
function bucketNames(edges: readonly number[]): readonly string[] {
  const inner = edges.slice(1).map((edge, i) => `[${edges[i]}, ${edge})`);
  return [`below ${edges[0]}`, ...inner, `${edges.at(-1)} and above`];
}
