import { describe, expect, it } from "vitest";
import type { Use } from "../../../core/cost/cost-line.ts";
import {
  IDLE_QUEUE_REQUESTS,
  logFlushes,
  queueRequests,
} from "../../../core/cost/prediction-log-use.ts";
import { LAMBDA_LINES_BYTES, REQUEST_LINE_BYTES } from "../../../core/cost/request-log-lines.ts";
import { requestMs, servingUses } from "../../../core/cost/serving-cost.ts";
import { measured } from "./measured.ts";

const quantities = (uses: readonly Use[]) =>
  Object.fromEntries(uses.map(({ item, quantity }) => [item, quantity]));

describe("servingUses, one row a request", () => {
  const uses = quantities(servingUses(measured(), { predictions: 1_000_000, rowsPerRequest: 1 }));

  it("counts requests and their compute, each rounded up to a millisecond", () => {
    expect(uses["predict: requests"]).toBe(1_000_000);
    // 1.5 ms are billed as 2; 1,769 / 1,024 GB
    expect(uses["predict: compute"]).toBeCloseTo((1_769 / 1_024) * 2_000, 6);
  });

  it("traces every request while there is less than one a second", () => {
    expect(uses.traces).toBe(1_000_000);
  });

  it("writes a line and Lambda's own for each request", () => {
    const bytes = REQUEST_LINE_BYTES + LAMBDA_LINES_BYTES;
    expect(uses["log lines"]).toBeCloseTo((1_000_000 * bytes) / 2 ** 30, 10);
    expect(uses["log lines kept"]).toBe(uses["log lines"]);
  });

  it("asks the registry at most as often as there are requests, half a unit each", () => {
    expect(uses["registry reads"]).toBe(500_000);
  });

  it("has four metrics", () => {
    expect(uses.metrics).toBe(4);
  });

  it("sends each prediction, and receives and removes ten at a time", () => {
    expect(uses["log: queue"]).toBeCloseTo(1_200_000, 6);
  });

  it("writes the log five times a minute at most, a file each", () => {
    // 5 × 43,800 minutes
    expect(uses["log-predictions: requests"]).toBe(219_000);
    expect(uses["log: objects written"]).toBe(219_000);
    expect(uses["log-predictions: compute"]).toBeCloseTo(219_000 * 0.2, 6);
  });

  it("keeps the log", () => {
    expect(uses["log: objects kept"]).toBeCloseTo(50_000_000 / 2 ** 30, 12);
  });
});

describe("servingUses", () => {
  it("traces a twentieth of what is above one a second", () => {
    const uses = quantities(
      servingUses(measured(), { predictions: 12_628_000, rowsPerRequest: 1 }),
    );

    // 2,628,000 seconds, and 5% of 10,000,000
    expect(uses.traces).toBe(3_128_000);
  });

  it("asks the registry every two seconds for each instance", () => {
    const load = { predictions: 1_000_000_000, rowsPerRequest: 1, requestMs: 10 };

    const uses = quantities(servingUses(measured(), load));

    // 10,000,000 s of work in 2,628,000 s are four instances, 1,314,000 queries each
    expect(uses["registry reads"]).toBe((4 * 1_314_000) / 2);
  });

  it("asks for a hundred rows at once with a hundredth of the requests", () => {
    const uses = quantities(
      servingUses(measured(), { predictions: 1_000_000, rowsPerRequest: 100 }),
    );

    expect(uses["predict: requests"]).toBe(10_000);
    // 0.1 ms a row
    expect(uses["predict: compute"]).toBeCloseTo((1_769 / 1_024) * 10_000 * 0.01, 6);
    expect(uses["log-predictions: requests"]).toBe(10_000);
  });

  it("takes the duration that it is given, and arm's price for arm", () => {
    const arm = measured({ platform: { architecture: "arm64" } });

    const uses = servingUses(arm, { predictions: 1_000, rowsPerRequest: 1, requestMs: 20 });

    expect(uses.find(({ item }) => item === "predict: compute")).toMatchObject({
      price: "lambdaArmUsdPerGbSecond",
      quantity: (1_769 / 1_024) * 20,
    });
  });

  it("uses nothing without predictions", () => {
    expect(servingUses(measured(), { predictions: 0, rowsPerRequest: 1 })).toEqual([]);
  });

  it("puts nothing in the place of what was not measured", () => {
    const serving = {
      oneRow: null,
      batch: null,
      queuedBytes: null,
      loggedBytes: null,
      logWriteMs: null,
    };
    const nothing = measured({ serving });

    const uses = quantities(servingUses(nothing, { predictions: 1_000, rowsPerRequest: 1 }));

    expect(Object.entries(uses).filter(([, quantity]) => quantity === null)).toEqual([
      ["predict: compute", null],
      ["log: queue", null],
      ["log-predictions: requests", null],
      ["log-predictions: compute", null],
      ["log: objects written", null],
      ["log: objects kept", null],
    ]);
    expect(requestMs(nothing, { predictions: 1, rowsPerRequest: 100 })).toBeNull();
  });
});

describe("queueRequests", () => {
  it.each([
    [400, 1 + 0.1 + 0.1],
    // ten of them are two chunks
    [6_600, 1 + 0.2 + 0.1],
    [65_536, 1 + 1 + 0.1],
    [65_537, 2 + 1.1 + 0.1],
  ])("counts a message of %i bytes by chunks of 64 kB", (bytes, requests) => {
    expect(queueRequests(bytes)).toBeCloseTo(requests, 10);
  });

  it("counts five polls each 20 s of a month where there is nothing", () => {
    expect(IDLE_QUEUE_REQUESTS).toBe(657_000);
  });
});

describe("logFlushes", () => {
  it.each([
    ["one for each message while there are few", 1_000, 1, 400, 1_000],
    ["five a minute", 10_000_000, 1, 400, 219_000],
    ["as many as full batches", 2_000_000_000, 1, 400, 400_000],
    ["as many as full payloads", 100_000_000, 100, 600, 1_000_000],
  ])("are %s", (_name, requests, rowsPerRequest, queuedBytes, flushes) => {
    expect(logFlushes({ requests, rowsPerRequest, queuedBytes })).toBe(flushes);
  });
});
