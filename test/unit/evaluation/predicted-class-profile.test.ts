import { describe, expect, it } from "vitest";
import { predictedClassProfile } from "../../../core/evaluation/predicted-class-profile.ts";

describe("predictedClassProfile", () => {
  it("counts the likeliest class of each row, of equal ones the first, whatever is true", () => {
    const predictions = Float32Array.of(0.5, 0.5, 0, 0.1, 0.2, 0.7, 0.3, 0.3, 0.4, 0, 0, 1);

    const profile = predictedClassProfile(Uint8Array.of(1, 1, 1, 0), predictions, [
      "red",
      "green",
      "blue",
    ]);

    expect(profile).toEqual({
      kind: "category",
      rows: 4,
      missing: 0,
      distinct: 2,
      counts: [
        ["blue", 3],
        ["red", 1],
      ],
      other: 0,
    });
  });
});
