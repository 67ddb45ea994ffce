import { describe, expect, it } from "vitest";
import { declarationWords } from "../../../console/features/declaration-words.ts";
import { openFacts } from "../../../console/features/open-facts.ts";
import {
  columnLines,
  limitWords,
  rowsWords,
  sortedFindings,
  valuesWords,
} from "../../../console/model/findings/quality-words.ts";
import { streamInputsOf } from "../../../console/model/request-inputs.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { servedAggregates } from "../../../core/definition/served-features.ts";
import type { StreamFeature } from "../../../core/definition/stream-schema.ts";
import { model as fraud } from "../../../models/card-fraud/model.ts";
import { model as flights } from "../../../models/flight-delay/model.ts";

const DECLARATION: StreamFeature = {
  ...{ entity: ["origin"], operation: "count", where: [], window: "3h", availableAfter: "0s" },
};

describe("a feature's declaration in words", () => {
  it.each<[Partial<StreamFeature>, string]>([
    [{}, "number of events, of each origin, in the 3h before"],
    [
      { operation: "rate", of: [{ field: "delay", is: ">", value: 15 }], availableAfter: "1h" },
      "share of events where delay > 15, of each origin, in the 3h before; an event is known after 1h",
    ],
    [
      { operation: "topK", value: "shop", k: 3, entity: ["card", "day"], window: { last: 20 } },
      "3 most frequent values of shop, of each card and day, in the last 20 events",
    ],
    [
      {
        where: [
          { field: "kind", is: "not-in", value: ["a", "b"] },
          { field: "shop", is: "present" },
          { field: "kind", is: "in", value: ["c"] },
        ],
      },
      "number of events, among events where kind not in a, b and shop is present and kind in c, of each origin, in the 3h before",
    ],
  ])("%j", (declaration, words) => {
    expect(declarationWords({ ...DECLARATION, ...declaration })).toBe(words);
  });

  it("tells what it has no words for by the names of its members", () => {
    expect(
      openFacts({ meanValue: 0.25, online: { readUnits: 12, note: null }, of: ["a"] }),
    ).toEqual([
      ["mean value", "0.25"],
      ["online read units", "12"],
      ["of 0", "a"],
    ]);
    expect(openFacts(undefined)).toEqual([]);
    expect(openFacts(7)).toEqual([["value", "7"]]);
  });
});

describe("the features of streams that a form tells of", () => {
  it.each([flights, fraud])("are those that the endpoint serves: %#", (input) => {
    const definition = storedDefinition(parseDefinition(input));

    const told = streamInputsOf(definition);

    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ name, key, wins, field }) => [name, key, wins, field.type])).toEqual(
      servedAggregates(definition).map(({ name, key, inRequest, kind }) => [
        ...[name, key, inRequest === "wins", kind],
      ]),
    );
  });

  it("are none where the definition is from before there were streams", () => {
    expect(streamInputsOf({ fields: {}, rowFeatures: {} })).toEqual([]);
  });
});

describe("data quality in words", () => {
  it("tells limits, rows, columns and values", () => {
    expect(limitWords({ min: 0.8, max: 1.5 })).toBe("at least 0.8, at most 1.5");
    expect(limitWords({})).toBe("-");
    expect(rowsWords({ read: 3_300, quarantined: 2, train: 0 })).toBe(
      "3,300 read, 2 quarantined, 0 train",
    );
    const retyped = [{ column: "delay", from: "BIGINT", to: "VARCHAR" }];
    expect(columnLines({ added: ["a"], dropped: ["b"], retyped })).toEqual([
      ...["a was added", "b was dropped", "delay was BIGINT and is VARCHAR"],
    ]);
    expect(valuesWords({ values: { delay: "9", origin: null } })).toBe(
      "delay 9, origin is missing",
    );
  });

  it("puts what failed first, in the report's order otherwise", () => {
    const finding = (rule: string, verdict: "passed" | "warned" | "failed") =>
      ({ rule, verdict, check: "sql", action: "warn", value: null }) as const;
    const findings = [
      ...[finding("a", "passed"), finding("b", "warned")],
      ...[finding("c", "failed"), finding("d", "warned")],
    ];

    expect(sortedFindings(findings).map(({ rule }) => rule)).toEqual(["c", "b", "d", "a"]);
  });
});
