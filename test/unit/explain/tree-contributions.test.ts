import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussLegendre } from "../../../core/explain/gauss-legendre.ts";
import { treeContributions } from "../../../core/explain/tree-contributions.ts";
import { binRows } from "../../../core/training/boosting/binned-rows.ts";
import { addTree } from "../../../core/training/boosting/tree.ts";
import type { Frame } from "../../../core/training/training-frame.ts";
import {
  type DumpedEnsemble,
  type DumpedTree,
  rebuildFrame,
  rebuildTrees,
} from "./rebuild-trees.ts";
import { shapleyBySubsets } from "./shapley-by-subsets.ts";

interface Case extends DumpedEnsemble {
  readonly name: string;
  readonly rows: readonly (number | null)[];
  /** Of scikit-learn's trees shap's expected value holds the base score already. */
  readonly contributions: readonly number[];
}

const path = new URL("../../fixtures/explain/shap.json", import.meta.url);
const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(path, "utf8"));

describe("treeContributions", () => {
  it.each(cases)("has shap's values: $name", (wanted) => {
    const features = wanted.contributions.length / 25 / wanted.targets.length - 1;
    const trees = rebuildTrees(wanted, features);
    const frame = rebuildFrame(wanted.rows, features, wanted.categories);

    const found = treeContributions(trees, frame);

    expect(found.length).toBe(wanted.contributions.length);
    const errors = found.map((value, i) => Math.abs(value - (wanted.contributions[i] as number)));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
    expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(0.1);
  });

  it("splits a stump's answer by hand", () => {
    // 3 of 4 training rows go left to 1, one goes right to 5: 2 is expected.
    const stump: DumpedTree = {
      splits: [{ feature: 0, upTo: 0, missingGoesLeft: false }],
      ...{ left: [~0], right: [~1], leafValues: [1, 5], nodeRows: [4], leafRows: [3, 1] },
    };
    const trees = rebuildTrees({ baseScore: 10, targets: [[stump]], categories: [] }, 2);

    const found = treeContributions(trees, rebuildFrame([-1, 0, 1, 0, null, 0], 2, []));

    expect([...found].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([
      -1, 0, 12, 3, 0, 12, 3, 0, 12,
    ]);
  });

  it("shares an answer of two features in halves, by hand", () => {
    // 8 only where both go right; each splits 1 : 1, so 2 is expected and each feature has a fair half.
    const and: DumpedTree = {
      splits: [
        { feature: 0, upTo: 0, missingGoesLeft: true },
        { feature: 1, upTo: 0, missingGoesLeft: true },
      ],
      ...{
        left: [~0, ~1],
        right: [1, ~2],
        leafValues: [0, 0, 8],
        nodeRows: [4, 2],
        leafRows: [2, 1, 1],
      },
    };
    const trees = rebuildTrees({ targets: [[and]], categories: [] }, 2);

    const found = treeContributions(trees, rebuildFrame([1, 1], 2, []));

    [3, 3, 2].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 12);
    });
  });

  it("adds up to the score, and is what all subsets of features say", () => {
    fc.assert(
      fc.property(
        fc.array(randomTree(4), { minLength: 1, maxLength: 3 }),
        someRows,
        (trees, rows) => {
          const ensemble = rebuildTrees({ baseScore: 0.5, targets: [trees], categories: [3] }, 4);
          const frame = rebuildFrame(rows.flat(), 4, [3]);

          const found = treeContributions(ensemble, frame);

          const { targets, bins } = ensemble;
          const scores = new Float64Array(frame.rows).fill(0.5);
          const wanted = new Float64Array(found.length);
          targets[0]?.trees.forEach((tree) => {
            addTree(tree, binRows(frame, bins), scores);
            for (let row = 0; row < frame.rows; row++) {
              shapleyBySubsets(tree, bins, frame, row).forEach((value, i) => {
                wanted[row * 5 + i] = (wanted[row * 5 + i] as number) + value;
              });
            }
          });
          for (let row = 0; row < frame.rows; row++) {
            wanted[row * 5 + 4] = (wanted[row * 5 + 4] as number) + 0.5;
            const sum = found.subarray(row * 5, row * 5 + 5).reduce((a, b) => a + b, 0);
            expect(Math.abs(sum - (scores[row] as number))).toBeLessThan(1e-9);
          }
          expect(
            Math.max(...found.map((value, i) => Math.abs(value - (wanted[i] as number)))),
          ).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("adds up in a chain of 120 features, which takes a quadrature of 60 points", () => {
    const depth = 120;
    const chain: DumpedTree = {
      splits: Array.from({ length: depth }, (_, feature) => ({
        feature,
        upTo: 0,
        missingGoesLeft: false,
      })),
      left: Array.from({ length: depth }, (_, i) => ~i),
      right: Array.from({ length: depth }, (_, i) => (i + 1 < depth ? i + 1 : ~depth)),
      leafValues: Array.from({ length: depth + 1 }, (_, i) => Math.sin(i)),
      nodeRows: Array.from({ length: depth }, (_, i) => 2 * (depth - i) + 1),
      leafRows: Array.from({ length: depth + 1 }, (_, i) => (i < depth ? 2 : 1)),
    };
    const ensemble = rebuildTrees({ targets: [[chain]], categories: [] }, depth);
    const right = new Array<number>(depth).fill(1);
    const frame = rebuildFrame([...right, ...right.with(100, -1)], depth, []);

    const found = treeContributions(ensemble, frame);

    const sums = [0, 1].map((row) =>
      found.subarray(row * 121, row * 121 + 121).reduce((a, b) => a + b, 0),
    );
    expect(sums[0]).toBeCloseTo(Math.sin(depth), 9);
    expect(sums[1]).toBeCloseTo(Math.sin(100), 9);
  });

  it("is nothing for no rows, and the base score alone for no trees", () => {
    const none: Frame = rebuildFrame([], 2, []);
    const trees = rebuildTrees({ baseScore: 3, targets: [[]], categories: [] }, 2);

    expect(treeContributions(trees, none)).toEqual(new Float64Array(0));
    expect([...treeContributions(trees, rebuildFrame([1, 2], 2, []))]).toEqual([0, 0, 3]);
  });
});

describe("gaussLegendre", () => {
  it("has the two points that are known by hand", () => {
    const { at, weights } = gaussLegendre(2);

    expect([...at].sort()).toEqual([
      expect.closeTo(0.5 - Math.sqrt(3) / 6, 14),
      expect.closeTo(0.5 + Math.sqrt(3) / 6, 14),
    ]);
    expect([...weights]).toEqual([expect.closeTo(0.5, 14), expect.closeTo(0.5, 14)]);
  });

  it.each([1, 2, 3, 5, 16, 64, 128])("integrates powers up to twice its %d points", (points) => {
    const { at, weights } = gaussLegendre(points);

    for (let power = 0; power < 2 * points; power++) {
      const sum = at.reduce((total, t, i) => total + (weights[i] as number) * t ** power, 0);
      expect(sum).toBeCloseTo(1 / (power + 1), 12);
    }
  });
});

const someRows = fc.array(
  fc.tuple(
    ...Array.from({ length: 3 }, () =>
      fc.option(fc.integer({ min: -2, max: 2 }), { nil: null, freq: 4 }),
    ),
    fc.option(fc.integer({ min: 0, max: 4 }), { nil: null, freq: 4 }),
  ),
  { minLength: 1, maxLength: 4 },
);

/** Trees that may ask for a feature more than once on a path; feature 3 is of categories. */
function randomTree(features: number): fc.Arbitrary<DumpedTree> {
  const split = fc
    .record({
      feature: fc.nat(features - 1),
      upTo: fc.integer({ min: -2, max: 1 }),
      missingGoesLeft: fc.boolean(),
      members: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }),
    })
    .map(({ feature, upTo, missingGoesLeft, members }) =>
      feature === 3 ? { feature, members } : { feature, upTo, missingGoesLeft },
    );
  return fc
    .array(fc.tuple(split, fc.nat(100), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 7,
    })
    .chain((nodes) =>
      fc
        .array(
          fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.integer({ min: 1, max: 9 })),
          {
            minLength: nodes.length + 1,
            maxLength: nodes.length + 1,
          },
        )
        .map((leaves) => grow(nodes, leaves)),
    );
}

/** Each split takes the place of one of the leaves so far. */
function grow(
  nodes: readonly (readonly [DumpedTree["splits"][number], number, number])[],
  leaves: readonly (readonly [number, number])[],
): DumpedTree {
  const left: number[] = [];
  const right: number[] = [];
  nodes.forEach(([, pick], node) => {
    const at = pick % (node + 1);
    for (const side of [left, right]) {
      const place = side.indexOf(~at);
      if (place >= 0) side[place] = node;
    }
    left.push(~at);
    right.push(~(node + 1));
  });
  const leafRows = leaves.map(([, rows]) => rows);
  const rowsOf = (child: number): number =>
    child < 0
      ? (leafRows[~child] as number)
      : rowsOf(left[child] as number) + rowsOf(right[child] as number);
  return {
    splits: nodes.map(([split]) => split),
    ...{ left, right, leafRows },
    leafValues: leaves.map(([value]) => value),
    nodeRows: nodes.map((_, node) => rowsOf(node)),
  };
}
