import { describe, expect, it } from "vitest";
import { leaderboardText } from "../../../cli/leaderboard-text.ts";
import type { LeaderboardEntry } from "../../../core/run/leaderboard.ts";

const entry = (index: number): LeaderboardEntry => ({
  ...{ index, name: `c${index}`, family: "scorecard", parameters: {}, round: 0 },
  ...{ rowShare: 1 / 3, metric: "rocAuc", validation: 0.7, test: index === 0 ? 0.65 : null },
  ...{ durationMs: 1_250, costUsd: index === 0 ? 0.0000625 : null, chosen: index === 0 },
});

describe("leaderboardText", () => {
  it("shows the first five of a run's candidates, and how many there are besides", () => {
    const lines = leaderboardText([0, 1, 2, 3, 4, 5, 6].map(entry)).split("\n");

    expect(lines[0]).toMatch(
      /^candidate {2}family +rows +ROC-AUC, validation +test +seconds +USD$/,
    );
    expect(lines[1]).toMatch(/^c0 \* +scorecard +33 % +0\.7000 +0\.6500 +1\.[23] +0\.00006[23]$/);
    expect(lines[2]).toMatch(/^c1 +scorecard +33 % +0\.7000 +- +1\.[23] +-$/);
    expect(lines.slice(5)).toEqual([expect.stringMatching(/^c4 /), "and 2 more"]);
  });

  it("says nothing of a run without one, and of no others where there are none", () => {
    expect(leaderboardText([])).toBe("");
    expect(leaderboardText([entry(0)])).not.toContain("more");
  });
});
