import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlationIds } from "../../../core/observability/correlation-ids.ts";
import { errorFields } from "../../../core/observability/error-fields.ts";

describe("correlationIds", () => {
  it.each([
    [
      "of a training state",
      { model: "m", runId: "r", definitionDigest: "d" },
      { model: "m", runId: "r" },
    ],
    [
      "of a candidate",
      { model: "m", runId: "r", candidate: { index: 0, name: "c" } },
      { model: "m", runId: "r", candidate: 0 },
    ],
    [
      "of monitoring, whose run is its execution",
      { execution: { name: "e", startedAt: "…" }, input: { model: "m" } },
      { model: "m", runId: "e" },
    ],
    ["of a deployment, which has none", {}, {}],
    [
      "cut where a caller sends a whole text",
      { model: "m".repeat(999) },
      { model: "m".repeat(128) },
    ],
  ])("are those %s", (_name, input, ids) => {
    expect(correlationIds(input)).toEqual(ids);
  });

  it("never fail, whatever a task is given", () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(typeof correlationIds(input)).toBe("object");
      }),
    );
  });
});

describe("errorFields", () => {
  it("tell what was thrown even if it is no error", () => {
    expect(errorFields("plain text")).toEqual({ error: "Error", message: "plain text" });
  });

  it("do without a stack where there is none", () => {
    const error = new RangeError("far");
    delete error.stack;

    expect(errorFields(error)).toEqual({ error: "RangeError", message: "far" });
  });
});
