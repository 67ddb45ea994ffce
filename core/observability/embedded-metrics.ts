import type { Clock } from "../ports/clock.ts";
import type { EmitMetrics } from "../ports/metrics.ts";

/** CloudWatch namespace of every metric of Millrace. */
export const METRIC_NAMESPACE = "Millrace";

/**
 * Writes each call as one line of CloudWatch's embedded metric format, which Lambda's log turns into
 * metrics and the local platform collects for the console. Facts are members of the line that no metric
 * is made of.
 *
 * Source: "Specification: Embedded metric format", Amazon CloudWatch user guide. At most 100 metrics
 * a line and 30 dimensions a set.
 */
export function embeddedMetrics(write: (line: string) => void, clock: Clock): EmitMetrics {
  return (dimensions, metrics, facts = {}) => {
    for (let first = 0; first < metrics.length; first += 100) {
      const some = metrics.slice(first, first + 100);
      write(
        JSON.stringify({
          _aws: {
            Timestamp: clock(),
            CloudWatchMetrics: [
              {
                Namespace: METRIC_NAMESPACE,
                Dimensions: [Object.keys(dimensions)],
                Metrics: some.map(({ name, unit }) => ({ Name: name, Unit: unit })),
              },
            ],
          },
          ...facts,
          ...dimensions,
          ...Object.fromEntries(some.map(({ name, value }) => [name, value])),
        }),
      );
    }
  };
}
