import { describe, expect, it } from "vitest";
import { trainingUsd } from "../../../core/cost/candidate-cost.ts";

const AT = { region: "us-east-1", architecture: "x86_64" } as const;

describe("trainingUsd", () => {
  it("is what a function's memory and disk cost for so long", () => {
    // 2 GB and 1.5 GB of disk beyond the free, ten seconds
    expect(trainingUsd({ on: "lambda", memoryMb: 2_048 }, AT, 10_000)).toBeCloseTo(
      10 * (2 * 0.0000166667 + 1.5 * 0.0000000309),
      12,
    );
  });

  it("is what a container costs, which is paid for a minute at least", () => {
    const fargate = { on: "fargate", vcpu: 2, memoryGb: 8 } as const;

    expect(trainingUsd(fargate, AT, 1_000)).toBe(trainingUsd(fargate, AT, 60_000));
    expect(trainingUsd(fargate, AT, 120_000)).toBeCloseTo(
      2 * (trainingUsd(fargate, AT, 60_000) ?? 0),
      12,
    );
  });

  it("depends on the processor, and is not known where a price is not", () => {
    const lambda = { on: "lambda", memoryMb: 2_048 } as const;
    const arm = trainingUsd(lambda, { ...AT, architecture: "arm64" }, 10_000);

    expect(arm).toBeLessThan(trainingUsd(lambda, AT, 10_000) ?? 0);
    expect(trainingUsd(lambda, { ...AT, region: "mars-north-1" }, 10_000)).toBeNull();
  });
});
