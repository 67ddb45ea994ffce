import { describe, expect, it } from "vitest";
import { embeddedMetrics } from "../../core/observability/embedded-metrics.ts";
import type { Metric } from "../../core/ports/metrics.ts";

function setUp() {
  const lines: string[] = [];
  const emit = embeddedMetrics(
    (line) => lines.push(line),
    () => 1_000,
  );
  return { emit, lines: () => lines.map((line) => JSON.parse(line)) };
}

describe("embeddedMetrics", () => {
  it("writes one line that CloudWatch reads as metrics", () => {
    const { emit, lines } = setUp();

    emit({ Model: "m" }, [
      { name: "Requests", unit: "Count", value: 1 },
      { name: "LatencyMs", unit: "Milliseconds", value: 2.5 },
    ]);

    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: 1_000,
          CloudWatchMetrics: [
            {
              Namespace: "Millrace",
              Dimensions: [["Model"]],
              Metrics: [
                { Name: "Requests", Unit: "Count" },
                { Name: "LatencyMs", Unit: "Milliseconds" },
              ],
            },
          ],
        },
        Model: "m",
        Requests: 1,
        LatencyMs: 2.5,
      },
    ]);
  });

  it("keeps facts beside the values, and makes no metric or dimension of them", () => {
    const { emit, lines } = setUp();
    const requests: Metric = { name: "Requests", unit: "Count", value: 1 };

    emit({ Model: "m" }, [requests], { requestId: "r", Model: "of a caller", traceId: undefined });

    const [line] = lines();
    expect(line).toMatchObject({ Model: "m", Requests: 1, requestId: "r" });
    expect(line).not.toHaveProperty("traceId");
    const [{ Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    expect(Dimensions).toEqual([["Model"]]);
    expect(Metrics).toEqual([{ Name: "Requests", Unit: "Count" }]);
  });

  it("writes at most 100 metrics a line, and no line for none", () => {
    const { emit, lines } = setUp();
    const metrics = Array.from(
      { length: 101 },
      (_, i): Metric => ({ name: `m${i}`, unit: "None", value: i }),
    );

    emit({}, []);
    emit({}, metrics.slice(0, 100));
    emit({}, metrics);

    const counts = lines().map((line) => line._aws.CloudWatchMetrics[0].Metrics.length);
    expect(counts).toEqual([100, 100, 1]);
  });
});
