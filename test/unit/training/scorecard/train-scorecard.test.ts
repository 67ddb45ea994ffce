import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { binRows } from "../../../../core/training/scorecard/binning.ts";
import { reasonCodes } from "../../../../core/training/scorecard/reason-codes.ts";
import type { ScorecardInput } from "../../../../core/training/scorecard/scorecard.ts";
import { scorecardSchema } from "../../../../core/training/scorecard/scorecard.ts";
import type { ScorecardModel } from "../../../../core/training/scorecard/train-scorecard.ts";
import { trainCandidate } from "../../../../core/training/train-candidate.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { baselineLoss, candidate, frameOf, logLoss, numbers, shares, strings } from "../frames.ts";
import { fixture } from "./fixture.ts";
import { loans, type Options, scorecardOf } from "./scorecards.ts";

const train = loans(3_000, 1);
const test = loans(2_000, 2);

const probabilities = (model: ScorecardModel, frame: LabelledFrame) =>
  model.scores(frame).map((logOdds) => 1 / (1 + Math.exp(-logOdds)));

const inputOf = ({ scorecard }: ScorecardModel, name: string) =>
  scorecard.inputs.find((input) => input.name === name) as ScorecardInput;

/** Points of an input's own bins: not of missing values. */
const ownPoints = ({ bins }: ScorecardInput) => bins.slice(0, -1).map(({ points }) => points);

describe("a scorecard", () => {
  it("beats the constant answer on held-out rows by a tenth of its log-loss", () => {
    const answers = probabilities(scorecardOf(train), test);

    expect(logLoss(test, answers)).toBeLessThan(0.9 * baselineLoss(test));
  });

  it("has the bins, evidence, coefficients and points that scikit-learn and brute force have", () => {
    const { inputs, intercept, logOddsOfBad, ...made } = fixture.scorecard;
    const frame: LabelledFrame = {
      ...frameOf(
        [
          numbers(
            "age",
            made.age.map((age) => age ?? Number.NaN),
          ),
          numbers("debt", made.debt),
          strings("city", made.city),
        ],
        made.bad,
      ),
      weights: Float64Array.from(made.weights),
    };
    const { maxBins, minCategoryShare, l2 } = made;

    const model = scorecardOf(frame, {
      maxBins,
      minCategoryShare,
      l2,
      roundPoints: false,
      tolerance: 1e-12,
    });

    expect(model.scorecard.inputs.map(({ name }) => name)).toEqual(inputs.map((one) => one.name));
    inputs.forEach((wanted, i) => {
      const got = model.scorecard.inputs[i] as ScorecardInput;
      // without a rare string, a bin of its own is there for unknown ones
      const bins = got.bins.filter(({ label }) => label !== "{other}");
      expect([...binRows(got, frame.columns[i] as FrameColumn)].filter(isWeighed(made))).toEqual(
        wanted.bins.filter(isWeighed(made)),
      );
      expect(bins.map(({ rows }) => rows)).toEqual(wanted.rows);
      expectClose(
        bins.map((bin) => bin.weightOfEvidence),
        wanted.woe,
        1e-9,
      );
      expectClose(
        bins.map((bin) => bin.eventRate ?? -1),
        wanted.eventRate.map((rate) => rate ?? -1),
        1e-9,
      );
      expectClose(
        bins.map((bin) => bin.points),
        wanted.points,
        1e-6,
      );
      expectClose([got.informationValue], [wanted.informationValue], 1e-9);
      expectClose([got.coefficient], [wanted.coefficient], 1e-8);
    });
    expectClose([model.summary.intercept as number], [intercept], 1e-8);
    expectClose([...model.scores(frame)], logOddsOfBad, 1e-6);
  });

  it("has the odds of the training split with one input: 600 points at 50 : 1, 20 more at 100 : 1", () => {
    // 50 good a bad row below 1, 100 above: no penalty, so both odds are met.
    const x = [...Array(51).fill(0), ...Array(101).fill(2)];
    const frame = frameOf(
      [numbers("x", x)],
      x.map((_, i) => (i === 0 || i === 51 ? 1 : 0)),
    );

    const model = scorecardOf(frame, { l2: 0, tolerance: 1e-10 });

    expect(ownPoints(inputOf(model, "x"))).toEqual([600, 620]);
    expectClose([model.scores(frame)[0] as number], [-Math.log(50)], 1e-9);
  });

  it("predicts by the points that it shows, whole ones", () => {
    const model = scorecardOf(train);
    const shown = (row: number) =>
      model.scorecard.inputs.reduce((sum, input) => {
        const column = train.columns.find(({ name }) => name === input.name) as FrameColumn;
        const bin = binRows(input, column)[row] as number;
        return sum + (input.bins[bin]?.points as number);
      }, model.scorecard.basePoints);

    const [first] = model.scores(train);

    expect(Number.isInteger(shown(0))).toBe(true);
    // 600 points at 50 : 1, 20 / ln 2 a unit
    expectClose([first as number], [-((shown(0) - 600) * Math.LN2) / 20 - Math.log(50)], 1e-9);
  });

  it("rounds each bin's points to the nearest whole ones", () => {
    const pointsOf = (roundPoints: boolean) =>
      scorecardOf(train, { roundPoints }).scorecard.inputs.flatMap(({ bins }) =>
        bins.map(({ points }) => points),
      );

    expect(pointsOf(true)).toEqual(pointsOf(false).map(Math.round));
  });

  it("lets points run one way, the way that it is told", () => {
    const model = scorecardOf(train, { maxBins: 10, minBinShare: 0.02 });
    const forced = scorecardOf(train, { monotone: { rate: "ascending" } });

    const rate = ownPoints(inputOf(model, "rate"));
    const income = ownPoints(inputOf(model, "income"));
    expect(rate.length).toBeGreaterThan(3);
    expect(rate).toEqual(rate.toSorted((a, b) => b - a));
    expect(income).toEqual(income.toSorted((a, b) => a - b));
    expect(forced.scorecard.dropped.map(({ name }) => name)).toContain("rate");
  });

  it("lets missing values have points of their own", () => {
    const { bins } = inputOf(scorecardOf(train), "income");
    const missing = bins.at(-1);

    expect(missing?.label).toBe("missing");
    expect(missing?.share).toBeGreaterThan(0.15);
    expect(missing?.weightOfEvidence).toBeLessThan(-0.3);
  });

  it("tells contributions that add up to the score, 0 for what it does not use", () => {
    const model = scorecardOf(train);
    const scores = model.scores(test);
    const contributions = model.contributions?.(test) as Float64Array;

    expect(contributions).toHaveLength(test.rows * 5);
    scores.forEach((score, row) => {
      const own = contributions.subarray(row * 5, row * 5 + 5);
      expect(Math.abs(own.reduce((sum, part) => sum + part, 0) - score)).toBeLessThan(1e-12);
      expect(own[3]).toBe(0);
    });
    const ofTraining = model.scores(train).reduce((sum, score) => sum + score, 0) / train.rows;
    expect(contributions[4]).toBeCloseTo(ofTraining, 10);
  });

  it("counts a row of weight 2 as two rows, and one of weight 0 as none", () => {
    const weights = train.labels.map((_, i) => i % 3);
    const rows = [...weights].flatMap((weight, i) => Array<number>(weight).fill(i));
    const weighted = { ...train, weights: Float64Array.from(weights) };

    const byWeight = scorecardOf(weighted).scorecard;
    const byRows = scorecardOf(pick(train, rows)).scorecard;

    expect(byWeight.inputs.map(withoutRowCounts)).toEqual(byRows.inputs.map(withoutRowCounts));
    expect(byWeight.inputs.map(({ informationValue }) => informationValue)).toEqual(
      byRows.inputs.map(({ informationValue }) => expect.closeTo(informationValue, 9)),
    );
  });

  it("is trained as a family, and tells its table and the log-loss on the rows to validate on", async () => {
    const model = await trainCandidate({
      candidate: candidate("scorecard"),
      task: { type: "binary" },
      seed: 1,
      train,
      validation: test,
      tools: {},
    });

    const scorecard = scorecardSchema.parse(JSON.parse(JSON.stringify(model.summary.scorecard)));
    expect(scorecard).toEqual(scorecardOf(train).scorecard);
    const answers = model.scores(test).map((logOdds) => 1 / (1 + Math.exp(-logOdds)));
    expect(model.summary.validationLoss).toBeCloseTo(logLoss(test, answers), 10);
    expect(scorecardOf(train).summary).toMatchObject({ validationLoss: null, converged: true });
  });

  it("fails on columns that it was not trained on", () => {
    const other = frameOf([numbers("x", [1])], [1]);

    expect(() => scorecardOf(train).scores(other)).toThrow(InvalidInputError);
  });
});

describe("parameters of a scorecard", () => {
  const base = scorecardOf(train, { minInformationValue: 0 });

  it.each<[keyof Options, Options]>([
    ["maxBins", { maxBins: 3 }],
    ["prebins", { prebins: 4 }],
    ["minBinShare", { minBinShare: 0.3 }],
    ["minCategoryShare", { minCategoryShare: 0.4 }],
    ["monotone", { monotone: { luck: "none" } }],
    ["minInformationValue", { minInformationValue: 0.3 }],
    ["l2", { l2: 500 }],
    ["maxIterations", { maxIterations: 1 }],
    ["tolerance", { tolerance: 0.05 }],
    ["pointsToDoubleOdds", { pointsToDoubleOdds: 5 }],
    ["roundPoints", { roundPoints: false }],
    ["basePoints", { basePoints: "separate" }],
  ])("change the scores with %s", (_name, options) => {
    const scores = scorecardOf(train, { minInformationValue: 0, ...options }).scores(test);

    expect(scores).not.toEqual(base.scores(test));
  });

  it("smoothing moves bins that are thin or lack a class", () => {
    const x = Array.from({ length: 100 }, (_, i) => (i < 30 ? 1 : 2));
    const frame = frameOf(
      [numbers("x", x)],
      x.map((value, i) => (value === 2 && i % 2 ? 1 : 0)),
    );

    const [little, much] = [1, 100].map((smoothing) =>
      scorecardOf(frame, { smoothing }).scores(frame),
    );

    expect(little?.[0]).toBeLessThan((much?.[0] as number) - 1);
  });

  it("baseScore and baseOdds move the points and, but for rounding, not the odds", () => {
    const options = { roundPoints: false, minInformationValue: 0 };
    const moved = scorecardOf(train, { ...options, baseScore: 500, baseOdds: 20 });
    const unmoved = scorecardOf(train, options);

    expectClose([...moved.scores(test)], [...unmoved.scores(test)], 1e-9);
    // 100 points less, and the odds of 20 : 1 at the base rather than 50 : 1
    const lower = 100 - (20 / Math.LN2) * Math.log(50 / 20);
    const sum = ({ scorecard }: ScorecardModel) =>
      scorecard.inputs.reduce((total, { bins }) => total + (bins[0]?.points as number), 0);
    expect(sum(moved)).toBeCloseTo(sum(unmoved) - lower, 6);
    expect(sum(scorecardOf(train, { ...options, baseOdds: 20 }))).toBeGreaterThan(sum(unmoved));
  });

  it("basePoints keep the average applicant's points apart, or spread them", () => {
    const apart = scorecardOf(train, { basePoints: "separate" }).scorecard;
    const spread = scorecardOf(train).scorecard;

    expect(apart.basePoints).toBeGreaterThan(400);
    expect(apart.inputs[0]?.bins.at(-1)?.points).toBe(0);
    expect(spread.basePoints).toBe(0);
    expect(spread.inputs[0]?.bins.at(-1)?.points).toBeGreaterThan(100);
  });

  it("goodClass says what points speak for, and leaves the predictions", () => {
    const options = { roundPoints: false } as const;
    const zero = scorecardOf(train, options);
    const one = scorecardOf(train, { ...options, goodClass: 1 });

    expectClose([...one.scores(test)], [...zero.scores(test)], 1e-6);
    expect(ownPoints(inputOf(zero, "rate"))).toEqual(
      ownPoints(inputOf(zero, "rate")).toSorted((a, b) => b - a),
    );
    expect(ownPoints(inputOf(one, "rate"))).toEqual(
      ownPoints(inputOf(one, "rate")).toSorted((a, b) => a - b),
    );
    expectClose(
      inputOf(one, "rate").bins.map((bin) => bin.eventRate ?? 0),
      inputOf(zero, "rate").bins.map((bin) => bin.eventRate ?? 0),
      1e-12,
    );
  });

  it("signs decide about an input whose coefficient runs against its evidence", () => {
    const frame = suppressor();

    const expected = scorecardOf(frame).scorecard;
    const free = scorecardOf(frame, { signs: "free" }).scorecard;

    expect(expected.dropped).toMatchObject([{ name: "echo", reason: "sign" }]);
    expect(free.dropped).toEqual([]);
    expect(free.inputs[1]?.coefficient).toBeLessThan(0);
    expect(expected.inputs.every(({ coefficient }) => coefficient >= 0)).toBe(true);
  });

  it("reasonsAgainst decides what reasons are counted from", () => {
    const best = scorecardOf(train).scorecard;
    const mean = scorecardOf(train, { reasonsAgainst: "mean" }).scorecard;

    expect(reasonCodes(mean, test, 0, 3)).not.toEqual(reasonCodes(best, test, 0, 3));
  });

  it("fail where monotone names no column of numbers", () => {
    for (const name of ["city", "nothing"]) {
      expect(() => scorecardOf(train, { monotone: { [name]: "auto" } })).toThrow(
        `monotone names ${name}, which is no input of numbers; those are [rate, income, luck]`,
      );
    }
  });
});

describe("a scorecard of strange rows", () => {
  const answersOf = (columns: readonly FrameColumn[], labels: readonly number[], options = {}) =>
    probabilities(
      scorecardOf(frameOf(columns, labels), { roundPoints: false, ...options }),
      frameOf(columns, labels),
    );

  it.each([
    ["a constant column", numbers("x", [5, 5, 5, 5])],
    ["a column without a value", numbers("x", [NaN, NaN, NaN, NaN])],
    ["strings all missing", strings("s", [null, "", null, null])],
    ["one category", strings("s", ["a", "a", "a", "a"])],
  ])("answers the share of class 1 for %s, used or not", (_name, column) => {
    for (const minInformationValue of [0, 0.02]) {
      const answers = answersOf([column], [0, 0, 0, 1], { minInformationValue });

      expect([...answers]).toEqual(Array(4).fill(expect.closeTo(0.25, 9)));
    }
  });

  it("says what it left out and why", () => {
    const { dropped } = scorecardOf(train, { minInformationValue: 0.05 }).scorecard;

    expect(dropped.map(({ name, reason }) => [name, reason])).toEqual([
      ["luck", "information-value"],
    ]);
  });

  it("handles infinite numbers as the largest ones", () => {
    const x = [-Infinity, -Infinity, 0, 0, Infinity, Infinity];
    const columns = [numbers("x", [...x, ...x, ...x])];
    const labels = [0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1];
    const model = scorecardOf(frameOf(columns, labels));

    const [low, middle, high] = model.scores(frameOf([numbers("x", [-3e38, 0, 3e38])], [0, 0, 0]));

    expect([...model.scores(frameOf(columns, labels))].slice(0, 6)).toEqual([
      low,
      low,
      middle,
      middle,
      high,
      high,
    ]);
    expect(low).toBeLessThan(middle as number);
    expect(middle).toBeLessThan(high as number);
  });

  it("gives a column that stands there twice half the weight each", () => {
    const [rate] = train.columns as [FrameColumn];
    const twice = { ...train, columns: [rate, { ...rate, name: "again" }] };
    const once = { ...train, columns: [rate] };

    const { inputs } = scorecardOf(twice, { l2: 0 }).scorecard;
    const [alone] = scorecardOf(once, { l2: 0 }).scorecard.inputs;

    expect(inputs.map(({ coefficient }) => coefficient)).toEqual([
      expect.closeTo((alone?.coefficient as number) / 2, 4),
      expect.closeTo((alone?.coefficient as number) / 2, 4),
    ]);
  });

  it("takes no notice of a value whose rows weigh nothing", () => {
    const x = [3, 3, 4, 6, 6];
    const frame = frameOf([numbers("x", x)], [0, 0, 0, 1, 1]);
    const labels = (weights: readonly number[]) =>
      scorecardOf(
        { ...frame, weights: Float64Array.from(weights) },
        { smoothing: 0.1 },
      ).scorecard.inputs[0]?.bins.map(({ label }) => label);

    expect(labels([1, 1, 1, 1, 1])?.[0]).toBe("(-∞, 5]");
    // between 3 and 6
    expect(labels([1, 1, 0, 1, 1])?.[0]).toBe("(-∞, 4]");
  });

  it("calls a string rare that has less than the share, not one that has it", () => {
    const frame = frameOf([strings("s", ["a", "a", "a", "b"])], [0, 0, 1, 1]);
    const labels = (minCategoryShare: number) =>
      scorecardOf(frame, { minCategoryShare }).scorecard.inputs[0]?.bins.map(({ label }) => label);

    expect(labels(0.25)).toEqual(["{a}", "{b}", "{other}", "missing"]);
    expect(labels(0.26)).toEqual(["{a}", "{other}", "missing"]);
  });

  it("is the same for each row twice", () => {
    const rows = [...Array(train.rows).keys()];
    const once = scorecardOf(train, { l2: 1 }).scorecard;
    const twice = scorecardOf(pick(train, [...rows, ...rows]), { l2: 2 }).scorecard;

    expect(twice.inputs.map(withoutRowCounts)).toEqual(once.inputs.map(withoutRowCounts));
  });

  it("folds 100,000 rare categories into one bin", () => {
    const dictionary = Array.from({ length: 100_000 }, (_, i) => `c${String(i).padStart(6, "0")}`);
    const column: FrameColumn = {
      kind: "category",
      name: "c",
      dictionary,
      codes: Int32Array.from(dictionary, (_, i) => i),
    };
    const frame = { rows: 100_000, columns: [column], labels: oddRows(100_000) };

    const rare = scorecardOf(frame, { minInformationValue: 0 });
    const each = scorecardOf(frame, { minInformationValue: 0, minCategoryShare: 0 });

    expect(rare.scorecard.inputs[0]?.bins.map(({ label }) => label)).toEqual([
      "{other}",
      "missing",
    ]);
    // in the order of their event rate: every even category before every odd one
    const filled = each.scorecard.inputs[0]?.bins.filter(({ rows }) => rows > 0);
    expect(filled?.at(0)?.eventRate).toBe(0);
    expect(filled?.at(-1)?.eventRate).toBe(1);
  });

  it.each([
    ["one class only", [0, 0, 0], undefined],
    ["one class with a weight", [0, 1, 1], [1, 0, 0]],
    ["no weight at all", [0, 1, 1], [0, 0, 0]],
  ])("fails with %s", (_name, labels, weights) => {
    const frame: LabelledFrame = {
      ...frameOf([numbers("x", [1, 2, 3])], labels),
      ...(weights ? { weights: Float64Array.from(weights) } : {}),
    };

    expect(() => scorecardOf(frame)).toThrow(InvalidInputError);
    expect(() => scorecardOf(frame)).toThrow("target has one class only");
  });

  it("learns from a row a class", () => {
    const columns = [numbers("x", [1, 2])];
    const answers = answersOf(columns, [0, 1], { minBinShare: 0, smoothing: 0.1, l2: 0.1 });

    expect(answers[0]).toBeLessThan(0.4);
    expect(answers[1]).toBeGreaterThan(0.6);
  });
});

function expectClose(got: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(tolerance);
  });
}

const isWeighed =
  ({ weights }: { readonly weights: readonly number[] }) =>
  (_: unknown, row: number) =>
    (weights[row] as number) > 0;

function withoutRowCounts({ bins, ...input }: ScorecardInput) {
  const rounded = (value: number | null) => value && Number(value.toFixed(9));
  return {
    name: input.name,
    coefficient: rounded(input.coefficient),
    bins: bins.map(({ label, share, eventRate, points }) => ({
      label,
      share: rounded(share),
      eventRate: rounded(eventRate),
      points,
    })),
  };
}

function pick({ columns, labels }: LabelledFrame, rows: readonly number[]): LabelledFrame {
  const picked = columns.map(
    (column): FrameColumn =>
      column.kind === "number"
        ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) }
        : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) },
  );
  return frameOf(
    picked,
    rows.map((row) => labels[row] as number),
  );
}

const oddRows = (rows: number) => Uint8Array.from({ length: rows }, (_, i) => i % 2);

/** `echo` goes with the target only by its part in `sum`, against which it tells more of the other part. */
function suppressor(): LabelledFrame {
  const next = shares(11);
  const hidden = Array.from({ length: 4_000 }, () => next());
  const echo = hidden.map(() => next());
  const sum = hidden.map((value, i) => value + 1.2 * (echo[i] as number));
  const labels = hidden.map((value, i) =>
    next() < 1 / (1 + Math.exp(-6 * (value + 0.25 * (echo[i] as number) - 0.6))) ? 1 : 0,
  );
  return frameOf([numbers("sum", sum), numbers("echo", echo)], labels);
}
