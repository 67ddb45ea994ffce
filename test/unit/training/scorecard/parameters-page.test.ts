import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scorecardParameters } from "../../../../core/definition/parameters/scorecard.ts";

const page = readFileSync(
  new URL("../../../../docs/training/scorecard.md", import.meta.url),
  "utf8",
);

describe("docs/training/scorecard.md", () => {
  it("names each parameter with its default", () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm)];

    const defaults = rows.map(([, name, value]) => [name, JSON.parse(value as string)]);

    expect(Object.fromEntries(defaults)).toEqual(scorecardParameters.parse({}));
  });

  it("shows parameters that are right", () => {
    const [, example] = page.match(/```json\n(\{[^`]+\})\n```/) ?? [];

    const { parameters } = JSON.parse(example as string);

    expect(scorecardParameters.parse(parameters)).toMatchObject(parameters);
  });
});
