import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CalibrationMethod,
  calibrate,
  fitCalibration,
} from "../../../core/calibration/calibration.ts";
import { binary, expectNear, fixture, rowsOf } from "./calibration-fixture.ts";
import { runCalibration } from "./run-calibration.ts";

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
