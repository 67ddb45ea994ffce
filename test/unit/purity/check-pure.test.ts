import { globSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { checkPure, expectPure } from "../../../engine/purity/check-pure.ts";
import { drawnRows } from "../../../engine/purity/drawn-rows.ts";
import { stream as flights } from "../../../features/flights.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";

type RowFeatures = NonNullable<ModelDefinition["rowFeatures"]>;
type Compute = (row: { date: number; distance: number; sizes: string[] }) => number | null;

function withFeature(compute: Compute, from = ["date", "distance"]): ModelDefinition {
  const odd: RowFeatures[string] = { type: "number", from, compute };
  return { ...flightDelay, streams: [], aggregates: {}, rowFeatures: { odd } };
}

let calls = 0;
let before: number | undefined;

/** The distance of the row before. */
function remembered(distance: number): number {
  const last = before ?? 0;
  before = distance;
  return last;
}

describe("checkPure", () => {
  it.each<[string, Compute, RegExp]>([
    [
      "the clock",
      ({ date }) => Math.floor((Date.now() - date) / 86_400_000),
      /another year, time zone and chance/,
    ],
    ["the clock as a date", () => new Date().getUTCFullYear(), /another year/],
    ["chance", () => Math.random(), /the second time/],
    ["a counter in its module", () => calls++, /the second time the number \d+/],
    ["what came before", ({ distance }) => remembered(distance), /it gives/],
    [
      "a row that it changes",
      (row) => {
        row.distance = -1;
        return 0;
      },
      /it changes its row: distance was the number .*, is the number -1/,
    ],
    ["the time zone", ({ date }) => new Date(date).getHours(), /another year, time zone/],
    ["the time zone of parts", () => new Date(2001, 5, 3).getTime(), /another year, time zone/],
    ["the offset", ({ date }) => new Date(date).getTimezoneOffset(), /another year, time zone/],
  ])("finds %s", (_name, compute, difference) => {
    const [finding, ...others] = checkPure(withFeature(compute));

    expect(finding?.feature).toBe("odd");
    expect(Object.keys(finding?.row ?? {})).toEqual(["date", "distance"]);
    expect(finding?.difference).toMatch(difference);
    expect(others).toEqual([]);
  });

  it("finds nothing in a feature that throws, the same every time", () => {
    const thrower: Compute = ({ distance }) => {
      throw new Error(`no ${distance}`);
    };

    expect(checkPure(withFeature(thrower))).toEqual([]);
  });

  it("finds an error that only a frozen row makes", () => {
    const restoring: Compute = (row) => {
      const kept = row.distance;
      row.distance = 0;
      row.distance = kept;
      return kept;
    };

    expect(checkPure(withFeature(restoring))[0]?.difference).toMatch(/on a frozen row the error/);
  });

  it("tries the rows that it is given, aggregates and other row features too", () => {
    const seen: unknown[] = [];
    const model: ModelDefinition = {
      ...flightDelay,
      streams: [flights],
      aggregates: { origin_flights_1h: { stream: "flights" } },
      rowFeatures: {
        twice: {
          type: "number",
          from: ["base"],
          compute: (row: object) => {
            seen.push({ ...row });
            return 1;
          },
        },
        base: {
          type: "number",
          from: ["origin_flights_1h"],
          compute: ({ origin_flights_1h: n }: { origin_flights_1h: number }) => n * 2,
        },
      },
    };

    expect(checkPure(model, { rows: [{ origin_flights_1h: 4 }], drawn: 0 })).toEqual([]);
    expect(seen[0]).toEqual({ base: 8 });
  });

  it("leaves clock and chance as they were, though something is thrown", () => {
    const before = [Date, typeof Math.random(), new Date(0).getTimezoneOffset()];

    checkPure(withFeature(() => Date.now()));

    expect([Date, typeof Math.random(), new Date(0).getTimezoneOffset()]).toEqual(before);
  });

  it("fails on a definition that is wrong", () => {
    expect(() => checkPure({ name: "no" })).toThrow(InvalidInputError);
  });
});

describe("drawnRows", () => {
  it("keeps the rules of the fields, and is the same every time", () => {
    const definition = parseDefinition({
      ...withFeature(() => 0),
      fields: {
        ...flightDelay.fields,
        stops: { type: "integer", role: "feature", min: 0, max: 3, required: false },
        night: { type: "boolean", role: "feature" },
        cabin: { type: "category", role: "feature", values: ["Y", "C"] },
        sizes: { type: "tags", role: "feature", values: ["S", "L"] },
      },
    });

    const rows = drawnRows(definition, 300);

    expect(drawnRows(definition, 300)).toEqual(rows);
    const stops = new Set(rows.map(({ stops }) => stops as number | null));
    expect([...stops].sort()).toEqual([0, 1, 2, 3, null]);
    expect(new Set(rows.map(({ cabin }) => cabin as string))).toEqual(new Set(["Y", "C"]));
    expect(new Set(rows.map(({ night }) => night as boolean))).toEqual(new Set([true, false]));
    for (const { distance } of rows) expect(distance).toBeGreaterThanOrEqual(0);
  });
});

describe("expectPure", () => {
  it("says nothing where all are pure", () => {
    expect(() => expectPure(flightDelay)).not.toThrow();
  });

  it("fails with the feature, the row and the difference", () => {
    expect(() => expectPure(withFeature(() => calls++))).toThrow(
      /not pure:\nodd on \{"date":\d+,"distance":[\d.]+\}: it gives the number/,
    );
  });
});

describe("the example models", () => {
  const files = globSync("models/*/model.ts");

  it("are there", () => expect(files.length).toBeGreaterThan(4));

  it.each(files)("%s has pure row features", async (file) => {
    const { model } = await import(resolve(file));

    expect(checkPure(model, { drawn: 100 })).toEqual([]);
  });
});

describe("checkPure of routines", () => {
  const plain = { ...flightDelay, streams: [], aggregates: {}, rowFeatures: {} };
  const pure = { preprocess: ({ distance }: { distance: number }) => ({ distance: distance / 2 }) };

  it.each<[string, NonNullable<Parameters<typeof checkPure>[1]>["routines"], RegExp | undefined]>([
    ["a pure one", pure, undefined],
    ["the clock", { preprocess: () => ({ distance: Date.now() }) }, /^preprocess .*it gives/],
    [
      "chance",
      { fallback: () => ({ label: 0, probability: Math.random() }) },
      /^fallback .*the second time/,
    ],
  ])("finds %s", (_what, routines, finding) => {
    const found = checkPure(plain, { drawn: 5, ...(routines && { routines }) });

    const lines = found.map(({ feature, difference }) => `${feature} ${difference}`);
    expect(lines).toEqual(finding ? [expect.stringMatching(finding)] : []);
  });
});
