import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { linearParameters } from "../../../../core/definition/parameters/linear.ts";

describe("docs/training/linear.md", () => {
  it("has every parameter with its default", () => {
    const page = readFileSync("docs/training/linear.md", "utf8");

    const documented = [...page.matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm)].map(
      ([, name, value = ""]) => [name, JSON.parse(value)],
    );

    expect(Object.fromEntries(documented)).toEqual(linearParameters.parse({}));
  });
});
