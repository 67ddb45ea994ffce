import { describe, expect, it } from "vitest";
import { table } from "../../../cli/table.ts";

describe("table", () => {
  it("tells predictions of classes and of quantiles in one line each", () => {
    const classes = table([
      { label: "rain", probability: 0.75, probabilities: { rain: 0.75, sun: 0.25 } },
      { label: "sun", probability: 0.5, probabilities: { rain: 0.5, sun: 0.5 } },
    ]);
    const quantiles = table([{ prediction: 12, quantiles: { "0.1": -8.125, "0.9": 41 } }]);

    expect(classes).toBe(
      [
        "label  probability  probabilities",
        "rain   0.7500       rain 0.7500, sun 0.2500",
        "sun    0.5000       rain 0.5000, sun 0.5000",
      ].join("\n"),
    );
    expect(quantiles).toBe(["prediction  quantiles", "12          0.1 -8.1250, 0.9 41"].join("\n"));
  });

  it("has a dash where a row says nothing, and a word for no rows", () => {
    expect(table([{ a: null, b: "x" }])).toBe(["a  b", "-  x"].join("\n"));
    expect(table([])).toBe("(none)");
  });
});
