import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chiSquaredTest, cramersV } from "../../../../core/drift/statistics/chi-squared.ts";
import * as divergences from "../../../../core/drift/statistics/divergences.ts";
import { logGamma, upperGammaShare } from "../../../../core/drift/statistics/gamma.ts";
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovExact,
} from "../../../../core/drift/statistics/kolmogorov-smirnov.ts";
import { proportionTest } from "../../../../core/drift/statistics/proportions.ts";
import {
  normalisedWasserstein,
  wasserstein,
} from "../../../../core/drift/statistics/wasserstein.ts";

type Named<Numbers extends string> = { readonly name: string } & Readonly<Record<Numbers, number>>;
type Sides = Readonly<Record<"reference" | "current", readonly number[]>>;

/** By `test/fixtures/drift/make_statistics.py`. */
interface Fixtures {
  readonly samples: readonly (Named<"ks" | "ksExact" | "wasserstein" | "deviation"> & Sides)[];
  readonly counts: readonly (Sides &
    Named<"chiSquared" | "chiSquaredP" | "cramersV" | "kl" | "js" | "js2" | "psi" | "hellinger">)[];
  readonly proportions: readonly (Named<"z" | "p"> & {
    readonly counts: readonly [number, number, number, number];
  })[];
  readonly gamma: readonly (readonly [number, number, number])[];
  readonly logGamma: readonly (readonly [number, number])[];
}

const {
  samples,
  counts,
  proportions,
  gamma,
  logGamma: logGammas,
} = JSON.parse(readFileSync("test/fixtures/drift/statistics.json", "utf8")) as Fixtures;

/** Within 1e-9, of itself where it is small; 0 is met to the last bits of 1. */
function close(actual: number, expected: number): void {
  const bound = expected === 0 ? 1e-14 : 1e-9 * Math.min(1, Math.abs(expected));
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(bound);
}

describe("as SciPy has it, to 1e-9", () => {
  it.each(samples)("$name samples", ({ reference, current, ...expected }) => {
    const distance = kolmogorovSmirnov(reference, current);
    close(distance, expected.ks);
    close(kolmogorovSmirnovExact(distance, reference.length, current.length), expected.ksExact);
    close(wasserstein(reference, current), expected.wasserstein);
    const unit = Math.max(expected.deviation, 0.001);
    close(normalisedWasserstein(reference, current), expected.wasserstein / unit);
  });

  it.each(counts)("$name counts", ({ reference, current, ...expected }) => {
    const [r, c] = [divergences.shares(reference), divergences.shares(current)];
    const { statistic, pValue } = chiSquaredTest(reference, current);
    close(statistic, expected.chiSquared);
    close(pValue, expected.chiSquaredP);
    close(cramersV(reference, current), expected.cramersV);
    close(divergences.kullbackLeibler(r, c), expected.kl);
    close(divergences.jensenShannon(r, c), expected.js);
    close(divergences.jensenShannon(r, c, 2), expected.js2);
    close(divergences.populationStability(r, c), expected.psi);
    close(divergences.hellinger(r, c), expected.hellinger);
  });

  it.each(proportions)("$name proportions", ({ counts: [a, n, b, m], z, p }) => {
    const { statistic, pValue } = proportionTest({ having: a, rows: n }, { having: b, rows: m });
    close(statistic, z);
    close(pValue, p);
  });

  it("the gamma functions that p-values are made of, far into the tail", () => {
    for (const [a, x, expected] of gamma) close(upperGammaShare(a, x), expected);
    for (const [x, expected] of logGammas) close(logGamma(x), expected);
    expect(upperGammaShare(3, 0)).toBe(1);
    expect(upperGammaShare(3, Number.POSITIVE_INFINITY)).toBe(0);
  });
});
