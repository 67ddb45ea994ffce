import { describe, expect, it } from "vitest";
import type { Scorecard } from "../../../../core/training/scorecard/scorecard.ts";
import {
  scorecardCsv,
  scorecardMarkdown,
  scorecardTable,
} from "../../../../core/training/scorecard/scorecard-table.ts";
import { tinyScorecard } from "./tiny-scorecard.ts";

const nothingUsed: Scorecard = { ...tinyScorecard, inputs: [], dropped: [] };

describe("scorecardTable", () => {
  it("has a row for each bin of each input", () => {
    const table = scorecardTable(tinyScorecard);

    expect(table).toHaveLength(7);
    expect(table[1]).toEqual({
      input: "rate",
      bin: "(12, ∞)",
      rows: 4,
      share: 0.4,
      eventRate: 0.125,
      weightOfEvidence: 0.1,
      points: 10,
    });
  });
});

describe("scorecardCsv", () => {
  it("quotes texts, and leaves the event rate of an empty bin empty", () => {
    const lines = scorecardCsv(tinyScorecard).split("\r\n");

    expect(lines[0]).toBe("input,bin,rows,share,eventRate,weightOfEvidence,points");
    expect(lines[2]).toBe('"rate","(12, ∞)",4,0.4,0.125,0.1,10');
    expect(lines[3]).toBe('"rate","missing",0,0,,0.7,70');
    expect(lines).toHaveLength(9);
  });

  it("doubles quotes within a text", () => {
    const [rate] = tinyScorecard.inputs;
    const named = { ...rate, name: 'a "b"' } as (typeof tinyScorecard.inputs)[number];

    expect(scorecardCsv({ ...tinyScorecard, inputs: [named] })).toContain('"a ""b""",');
  });
});

describe("scorecardMarkdown", () => {
  it("says the scale, the points, the inputs and what was left out", () => {
    expect(scorecardMarkdown(tinyScorecard)).toMatchInlineSnapshot(`
      "More points speak for class 0. 600 points are odds of 50 : 1 for class 0, and 20 points more double them. Add up 500 base points and the points of one bin of each input.

      | input | bin | rows | share | event rate | weight of evidence | points |
      |---|---|---|---|---|---|---|
      | rate | (-∞, 12\\] | 6 | 60.00 % | 12.50 % | 0.600 | 60 |
      | rate | (12, ∞) | 4 | 40.00 % | 12.50 % | 0.100 | 10 |
      | rate | missing | 0 | 0.00 % |  | 0.700 | 70 |
      | city | {Bern} | 4 | 40.00 % | 12.50 % | 0.400 | 40 |
      | city | {Zug} | 2 | 20.00 % | 12.50 % | 0.200 | 20 |
      | city | {other} | 3 | 30.00 % | 12.50 % | 0.050 | 5 |
      | city | missing | 1 | 10.00 % | 12.50 % | 0.150 | 15 |

      | input | information value | reading | coefficient |
      |---|---|---|---|
      | rate | 0.250 | medium | 0.900 |
      | city | 0.125 | medium | 0.800 |

      Left out:

      | input | information value | reading | why |
      |---|---|---|---|
      | luck | 0.001 | useless | its information value is too low |
      | echo | 0.050 | weak | its points would run against its weight of evidence |
      "
    `);
  });

  it("keeps a text in its cell, whatever it is", () => {
    const [rate] = tinyScorecard.inputs;
    const named = { ...rate, name: "a|b\n*c*" } as (typeof tinyScorecard.inputs)[number];

    expect(scorecardMarkdown({ ...tinyScorecard, inputs: [named] })).toContain(
      "| a\\|b \\*c\\* | (-∞, 12\\] |",
    );
  });

  it("says so when no input is used", () => {
    expect(scorecardMarkdown(nothingUsed)).toBe(
      "More points speak for class 0. 600 points are odds of 50 : 1 for class 0, and 20 points more double them. Add up 500 base points and the points of one bin of each input.\n\nNo input is used: each applicant has the same points.\n",
    );
  });
});
