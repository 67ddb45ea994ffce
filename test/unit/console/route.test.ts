import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureHref, modelHref, routeOf, TABS } from "../../../console/route.ts";

describe("routeOf", () => {
  it.each([
    ["", { view: "models" }],
    ["#/", { view: "models" }],
    ["#/models", { view: "models" }],
    ["#/alerts", { view: "alerts" }],
    ["#/features", { view: "features" }],
    ["#/features/", { view: "features" }],
    ["#/features/late%20rate", { view: "feature", feature: "late rate" }],
    ["#/features/late/more", { view: "unknown" }],
    ["#/features/%E0%A4%A", { view: "unknown" }],
    ["#/models/flight-delay", { view: "model", model: "flight-delay", tab: "overview" }],
    ["#/models/flight-delay/drift", { view: "model", model: "flight-delay", tab: "drift" }],
    ["#/models/flight-delay/nothing", { view: "unknown" }],
    ["#/models/flight-delay/drift/more", { view: "unknown" }],
    ["#/models/%E0%A4%A", { view: "unknown" }],
    ["#/elsewhere", { view: "unknown" }],
  ])("reads %j", (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  it("reads what modelHref writes, whatever a model is called", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: "grapheme" }),
        fc.constantFrom(...TABS),
        (model, tab) => {
          expect(routeOf(modelHref(model, tab))).toEqual({ view: "model", model, tab });
        },
      ),
    );
  });

  it("reads what featureHref writes", () => {
    expect(routeOf(featureHref("a/b ä"))).toEqual({ view: "feature", feature: "a/b ä" });
  });
});
