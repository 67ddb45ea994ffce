import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CalibrationMethod,
  calibrate,
  fitCalibration,
} from "../../../core/calibration/calibration.ts";
import type { Task } from "../../../core/definition/task.ts";
import { DataContractError, InvalidInputError } from "../../../core/errors.ts";
import { runCalibration } from "./run-calibration.ts";

interface BinaryCase {
  readonly name: string;
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly at: readonly number[];
  readonly platt: Readonly<
    Record<"slope" | "intercept" | "sklearnSlope" | "sklearnIntercept", number>
  >;
  readonly isotonic: Readonly<Record<"at" | "values" | "probabilities", readonly number[]>>;
}

interface Fixture {
  readonly binary: readonly BinaryCase[];
  readonly multiclass: Readonly<
    Record<"scores" | "labels" | "weights" | "platt" | "isotonic", readonly number[]>
  > & { readonly classes: number; readonly temperature: number };
}

const path = new URL("../../fixtures/calibration/calibration.json", import.meta.url);
const fixture: Fixture = JSON.parse(readFileSync(path, "utf8"));
const binary: Task = { type: "binary" };
const three: Task = { type: "multiclass", classes: ["a", "b", "c"] };

const rowsOf = ({
  scores,
  labels,
  weights,
}: Pick<BinaryCase, "scores" | "labels" | "weights">) => ({
  scores: Float64Array.from(scores),
  labels: Uint8Array.from(labels),
  weights: weights === null ? undefined : Float64Array.from(weights),
});

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, within: number) {
  expect(got.length).toBe(wanted.length);
  const furthest = Math.max(
    ...Array.from(wanted, (value, i) => Math.abs(value - (got[i] as number))),
  );
  expect(furthest).toBeLessThanOrEqual(within);
}

describe("binary calibration", () => {
  it.each(fixture.binary)("finds Platt's parameters of scikit-learn: $name", (wanted) => {
    const found = fitCalibration("platt", binary, rowsOf(wanted));

    if (found.method !== "platt") throw new Error(found.method);
    const [curve] = found.curves;
    const { slope, intercept, sklearnSlope, sklearnIntercept } = wanted.platt;
    expectNear([curve?.slope ?? NaN, curve?.intercept ?? NaN], [slope, intercept], 1e-9);
    // _SigmoidCalibration itself stops at 1e-7
    expectNear([sklearnSlope, sklearnIntercept], [slope, intercept], 1e-6);
  });

  it.each(fixture.binary)("interpolates as IsotonicRegression does: $name", (wanted) => {
    const found = fitCalibration("isotonic", binary, rowsOf(wanted));

    if (found.method !== "isotonic") throw new Error(found.method);
    expectNear(found.curves[0]?.at ?? [], wanted.isotonic.at, 1e-12);
    expectNear(found.curves[0]?.values ?? [], wanted.isotonic.values, 1e-9);
    const at = Float64Array.from(wanted.at);
    expectNear(calibrate(found, binary, at), wanted.isotonic.probabilities, 1e-9);
  });

  it("pools by hand: 0, 1, 0, 1 becomes 0, 1/2, 1/2, 1", () => {
    const rows = {
      scores: Float64Array.of(-2, -1, 1, 2),
      labels: Uint8Array.of(0, 1, 0, 1),
    };
    const found = fitCalibration("isotonic", binary, rows);

    expect(found).toEqual({
      method: "isotonic",
      curves: [{ at: [-2, -1, 1, 2], values: [0, 0.5, 0.5, 1] }],
    });
    // Beyond the ends, on a breakpoint, on a step and half-way between two steps.
    const probabilities = calibrate(found, binary, Float64Array.of(-9, -1, 0, 1.5, 2, 9));
    expect([...probabilities]).toEqual([0, 0.5, 0.5, 0.75, 1, 1]);
  });

  it("smooths Platt's targets by hand: two rows of each class, parted, are 1/4 and 3/4", () => {
    const rows = { scores: Float64Array.of(-1, -1, 1, 1), labels: Uint8Array.of(0, 0, 1, 1) };

    const probabilities = calibrate(
      fitCalibration("platt", binary, rows),
      binary,
      Float64Array.of(-1, 1),
    );

    expectNear(probabilities, [1 / 4, 3 / 4], 1e-12);
  });

  it("does not step past the best slope, where Newton's own steps run away", () => {
    const rows = {
      scores: Float64Array.of(4, 3, 8, -7),
      labels: Uint8Array.of(0, 0, 1, 0),
      weights: Float64Array.of(100, 10, 10, 10_000),
    };

    const found = calibrate(fitCalibration("platt", binary, rows), binary, rows.scores);

    // There the weighted errors and their moments vanish. Targets: 11/12 of class 1, 1/10,112 of class 0.
    const errors = found.map((value, i) => {
      const target = rows.labels[i] === 1 ? 11 / 12 : 1 / 10_112;
      return (rows.weights[i] as number) * (value - target);
    });
    expect(errors.reduce((sum, error) => sum + error, 0)).toBeCloseTo(0, 9);
    const moments = errors.map((error, i) => error * (rows.scores[i] as number));
    expect(moments.reduce((sum, moment) => sum + moment, 0)).toBeCloseTo(0, 8);
  });

  const weightedRows = fc
    .array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.nat(1), fc.nat(3)), { maxLength: 60 })
    .map((rows) => ({
      scores: Float64Array.from([-1, 2, ...rows.map(([score]) => score / 8)]),
      labels: Uint8Array.from([0, 1, ...rows.map(([, label]) => label)]),
      weights: Float64Array.from([1, 1, ...rows.map(([, , weight]) => weight)]),
    }));
  const methods = fc.constantFrom<CalibrationMethod>("platt", "isotonic");

  it("never turns the order of two scores around", () => {
    const some = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(weightedRows, methods, some, (rows, method, scores) => {
        const rising = Float64Array.from(scores).sort();

        const found = calibrate(fitCalibration(method, binary, rows), binary, rising);

        for (let i = 1; i < found.length; i++) {
          expect(found[i]).toBeGreaterThanOrEqual(found[i - 1] as number);
        }
        expect(found.every((probability) => probability >= 0 && probability <= 1)).toBe(true);
      }),
    );
  });

  it("takes a weight for so many equal rows, and none for a row that is not there", () => {
    fc.assert(
      fc.property(weightedRows, methods, ({ scores, labels, weights }, method) => {
        const repeated = [...weights].flatMap((weight, row) => new Array<number>(weight).fill(row));
        const same = {
          scores: Float64Array.from(repeated, (row) => scores[row] as number),
          labels: Uint8Array.from(repeated, (row) => labels[row] as number),
        };
        const at = Float64Array.from({ length: 30 }, (_, i) => i / 2 - 8);

        const byWeight = fitCalibration(method, binary, { scores, labels, weights });
        const byRows = fitCalibration(method, binary, same);

        expectNear(calibrate(byWeight, binary, at), calibrate(byRows, binary, at), 1e-9);
      }),
    );
  });

  it.each(["platt", "isotonic"] as const)(
    "%s: the graph agrees, beyond both ends too",
    async (method) => {
      for (const wanted of fixture.binary) {
        const found = fitCalibration(method, binary, rowsOf(wanted));
        const at = Float64Array.from([
          -1e300,
          -1e6,
          ...wanted.at,
          ...wanted.isotonic.at,
          1e6,
          1e300,
        ]);

        expectNear(await runCalibration(found, binary, at), calibrate(found, binary, at), 1e-15);
      }
    },
  );

  it("gives every row the mean target where higher scores go with class 0", () => {
    const against = { scores: Float64Array.of(3, 2, 1, 0), labels: Uint8Array.of(0, 0, 1, 1) };
    const at = Float64Array.of(-5, 5);

    expect([...calibrate(fitCalibration("isotonic", binary, against), binary, at)]).toEqual([
      0.5, 0.5,
    ]);
    expectNear(calibrate(fitCalibration("platt", binary, against), binary, at), [0.5, 0.5], 1e-15);
  });

  it("gives every row the mean target where all scores are equal", async () => {
    const equal = { scores: new Float64Array(4).fill(7), labels: Uint8Array.of(0, 0, 0, 1) };
    const at = Float64Array.of(-5, 7, 9);
    // Targets of Platt: 1/5 three times, and 2/3.
    const wanted = { isotonic: 1 / 4, platt: (3 / 5 + 2 / 3) / 4 };

    for (const method of ["isotonic", "platt"] as const) {
      const found = fitCalibration(method, binary, equal);
      expectNear(
        calibrate(found, binary, at),
        [0, 0, 0].map(() => wanted[method]),
        1e-15,
      );
      expectNear(await runCalibration(found, binary, at), calibrate(found, binary, at), 1e-15);
    }
  });

  it("does not rise above a step's end by rounding", async () => {
    // from + (to - from) is one unit in the last place more than `to`.
    const [from, to] = [3 / 3001, 16 / 3001];
    const curve = { at: [0, 1], values: [from, to] };
    const calibration = { method: "isotonic", curves: [curve] } as const;
    const end = Float64Array.of(1);

    expect(from + (to - from)).toBeGreaterThan(to);
    expect([...calibrate(calibration, binary, end)]).toEqual([to]);
    expect([...(await runCalibration(calibration, binary, end))]).toEqual([to]);
  });

  it("keeps 1,000 breakpoints at most, and nearly the same curve", async () => {
    const scores = Float64Array.from({ length: 4_000 }, (_, i) => i / 100 - 20);
    // Shares rise with every four rows, so that isotonic has 1,000 steps.
    const labels = scores.map((_, i) => (i + 1) % 2);
    const weights = scores.map((_, i) => (i % 2 ? 4_000 : 1 + Math.floor(i / 4)));

    const found = fitCalibration("isotonic", binary, { scores, labels, weights });

    if (found.method !== "isotonic") throw new Error(found.method);
    const [{ at, values } = { at: [], values: [] }] = found.curves;
    expect(at.length).toBeGreaterThan(800);
    expect(at.length).toBeLessThanOrEqual(1_000);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    const probabilities = calibrate(found, binary, scores);
    const wanted = scores.map((_, i) => (1 + Math.floor(i / 4)) / (4_001 + Math.floor(i / 4)));
    expectNear(probabilities, wanted, 0.002);
    expectNear(await runCalibration(found, binary, scores), probabilities, 1e-15);
  });
});

describe("multiclass calibration", () => {
  const { scores, labels, weights } = fixture.multiclass;
  const rows = rowsOf({ scores, labels, weights });

  it.each(["platt", "isotonic"] as const)(
    "%s of each class against the rest, normalised",
    (method) => {
      const found = calibrate(fitCalibration(method, three, rows), three, rows.scores);

      expectNear(found, fixture.multiclass[method], 1e-9);
    },
  );

  it("finds the temperature with the least log-loss", () => {
    const found = fitCalibration("temperature", three, rows);

    if (found.method !== "temperature") throw new Error(found.method);
    expect(found.temperature).toBeCloseTo(fixture.multiclass.temperature, 9);
  });

  it("leaves softmax as it is at temperature 1, computed by hand", () => {
    const half = Float64Array.of(Math.log(2), 0, Math.log(5));

    const found = calibrate({ method: "temperature", temperature: 1 }, three, half);
    const softer = calibrate({ method: "temperature", temperature: 1e9 }, three, half);

    expectNear(found, [2 / 8, 1 / 8, 5 / 8], 1e-15);
    expectNear(softer, [1 / 3, 1 / 3, 1 / 3], 1e-8);
  });

  it.each(["platt", "isotonic", "temperature"] as const)("%s: the graph agrees", async (method) => {
    const found = fitCalibration(method, three, rows);
    const extreme = [0, 0, 0, 1e3, -1e3, 0, -1e5, 0, 1e5, 800, 800, 0];
    const at = Float64Array.from([...rows.scores, ...extreme]);

    const probabilities = calibrate(found, three, at);

    expectNear(await runCalibration(found, three, at), probabilities, 1e-12);
    for (let i = 0; i < at.length; i += 3) {
      const sum = probabilities.subarray(i, i + 3).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it("gives equal shares to a row that no class's curve has above 0", async () => {
    const flat = { at: [0], values: [0] };
    const nothing = { method: "isotonic", curves: [flat, flat, flat] } as const;
    const at = Float64Array.of(1, 2, 3);

    expectNear(calibrate(nothing, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
    expectNear(await runCalibration(nothing, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
  });

  it("answers where a logit leaves the others no probability and a curve is flat", async () => {
    const flat = { slope: 0, intercept: 0 };
    const calibration = { method: "platt", curves: [flat, flat, flat] } as const;
    const at = Float64Array.of(1e6, 0, -1e6);

    expectNear(calibrate(calibration, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
    expectNear(await runCalibration(calibration, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
  });

  it("answers for a class that the validation split lacks", () => {
    const two = { scores: Float64Array.of(1, 0, 0, 0, 1, 0), labels: Uint8Array.of(0, 1) };

    const isotonic = calibrate(fitCalibration("isotonic", three, two), three, two.scores);
    const platt = calibrate(fitCalibration("platt", three, two), three, two.scores);

    expect([...isotonic]).toEqual([1, 0, 0, 0, 1, 0]);
    expect(platt[2]).toBeGreaterThan(0);
    expect(platt[2]).toBeLessThan(platt[0] as number);
  });

  it("takes the bounds where every row is right, and where every row is wrong", () => {
    const two: Task = { type: "multiclass", classes: ["a", "b"] };
    const right = { scores: Float64Array.of(1, 0, 0, 1), labels: Uint8Array.of(0, 1) };
    const wrong = { scores: right.scores, labels: Uint8Array.of(1, 0) };

    const found = [right, wrong].map((given) => fitCalibration("temperature", two, given));

    expectNear(
      found.map((each) => (each.method === "temperature" ? each.temperature : NaN)),
      [0.01, 100],
      1e-9,
    );
  });
});

describe("fitCalibration", () => {
  const good = { scores: Float64Array.of(-1, 1), labels: Uint8Array.of(0, 1) };

  it.each<[string, CalibrationMethod, Task, Partial<Parameters<typeof fitCalibration>[2]>, string]>(
    [
      ["regression", "platt", { type: "regression", quantiles: [] }, {}, "got regression"],
      ["ranking", "isotonic", { type: "ranking" }, {}, "got ranking"],
      ["a temperature for two classes", "temperature", binary, {}, "got binary"],
      ["too few scores", "platt", three, {}, "needs 6 scores"],
      ["too few weights", "platt", binary, { weights: Float64Array.of(1) }, "got 2 and 1"],
      ["a score of NaN", "isotonic", binary, { scores: Float64Array.of(0, NaN) }, "score 1 must"],
      [
        "an infinite score",
        "platt",
        binary,
        { scores: Float64Array.of(-Infinity, 0) },
        "score 0 must",
      ],
      [
        "a negative weight",
        "platt",
        binary,
        { weights: Float64Array.of(1, -1) },
        "weight of row 1",
      ],
      [
        "an infinite weight",
        "platt",
        binary,
        { weights: Float64Array.of(Infinity, 1) },
        "weight of row 0",
      ],
    ],
  )("fails on %s", (_name, method, task, change, message) => {
    const fit = () => fitCalibration(method, task, { ...good, ...change });

    expect(fit).toThrow(InvalidInputError);
    expect(fit).toThrow(message);
  });

  it.each([
    ["one class", { labels: Uint8Array.of(1, 1) }],
    ["one class with weight", { weights: Float64Array.of(0, 3) }],
    ["weights of zero alone", { weights: Float64Array.of(0, 0) }],
    ["a single row", { scores: Float64Array.of(1), labels: Uint8Array.of(1) }],
    ["no row", { scores: new Float64Array(0), labels: new Uint8Array(0) }],
  ])("fails on %s", (_name, change) => {
    const fit = () => fitCalibration("isotonic", binary, { ...good, ...change });

    expect(fit).toThrow(DataContractError);
    expect(fit).toThrow("calibration needs two");
  });
});
