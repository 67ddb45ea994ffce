import { describe, expect, it } from "vitest";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { InvalidInputError } from "../../../core/errors.ts";

const OWN = {
  name: "ratio",
  reads: ["number", "number"],
  makes: { a: "number", b: "category" },
  fit: () => 1,
};

const definition = (parts: object) => ({
  name: "shop",
  owner: "tests",
  description: "who buys",
  source: { format: "csv", files: [{ name: "shop.csv" }] },
  fields: {
    age: { type: "number", role: "feature" },
    pay: { type: "number", role: "feature" },
    town: { type: "category", role: "feature" },
    job: { type: "category", role: "feature" },
    bought: { type: "boolean", role: "outcome" },
  },
  target: { name: "buys", type: "binary", from: ["bought"], expression: "bought" },
  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
  candidates: [{ name: "boosting", family: "gradient-boosting" }],
  ...parts,
});

function issuesOf(parts: object): readonly string[] {
  try {
    parseDefinition(definition(parts));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return (error.issues ?? []).map(({ path, message }) => `${path}: ${message}`);
  }
}

const scale = (columns: readonly string[], parts: object = {}) => ({
  how: "scale",
  columns,
  ...parts,
});
const cross = (columns: readonly string[], into: string) => ({ how: "cross", columns, into });
const oneHot = { how: "one-hot", columns: ["town"] };

const WRONG: readonly (readonly [string, readonly object[], string])[] = [
  [
    "an unknown column",
    [scale(["aeg"])],
    'transforms[0].columns[0]: must name a column of here, got the string "aeg"; there are age, job, pay, town',
  ],
  [
    "a column twice",
    [scale(["age", "age"])],
    "transforms[0].columns[1]: age is named twice; name it once",
  ],
  [
    "a column that a later step makes",
    [scale(["a2"]), scale(["age"], { into: ["a2"] })],
    "transforms[0].columns[0]: a2 is made by step 1, later; put that step before this one",
  ],
  [
    "a circle",
    [
      cross(["town", "b"], "a"),
      { how: "keep", columns: ["town", "a"] },
      { how: "rare", columns: ["a"], into: ["c"] },
      cross(["c", "town"], "b"),
    ],
    "transforms[0].columns[1]: b is made by step 3, which reads what this step makes: a circle",
  ],
  [
    "a step that reads what it makes",
    [cross(["town", "b"], "b")],
    "transforms[0].columns[1]: the step reads b, which it makes itself",
  ],
  [
    "a dropped column",
    [{ how: "drop", columns: ["age"] }, scale(["age"])],
    "transforms[1].columns[0]: age is gone: step 0 replaced or dropped it",
  ],
  [
    "a replaced column",
    [{ how: "cyclic", columns: ["age"], period: 2 }, scale(["age"])],
    "transforms[1].columns[0]: age is gone: step 0 replaced or dropped it",
  ],
  [
    "no column left",
    [{ how: "drop", columns: ["age", "pay", "town", "job"] }],
    "transforms: leave no column for the model; keep one or more",
  ],
  [
    "numbers from a category",
    [scale(["town"])],
    "transforms[0].columns[0]: town is a category, and the step reads a number",
  ],
  [
    "categories from a number",
    [{ how: "hash", columns: ["age"], buckets: 4 }],
    "transforms[0].columns[0]: age is a number, and the step reads a category",
  ],
  [
    "a wide column",
    [oneHot, scale(["town"])],
    "transforms[1].columns[0]: town is several columns by now, which only drop and keep can name",
  ],
  [
    "a name that is taken",
    [scale(["age"], { into: ["pay"] })],
    "transforms[0].into: pay is a column already; choose another name",
  ],
  [
    "a name made twice",
    [scale(["age"], { into: ["b"] }), scale(["pay"], { into: ["b"] })],
    "transforms[1].into: b is a column already; choose another name",
  ],
  [
    "the name of an output",
    [scale(["age"], { into: ["label"] })],
    "transforms[0].into: label is an output of every model; choose another name",
  ],
  [
    "too few names",
    [scale(["age", "pay"], { into: ["b"] })],
    "transforms[0].into: must name one column for each of columns, got 1 for 2",
  ],
  [
    "one name for two",
    [scale(["age", "pay"], { into: ["b", "b"] })],
    "transforms[0].into: b is named twice; choose another name",
  ],
  [
    "a constant without a value",
    [{ how: "impute", columns: ["age"], with: "constant" }],
    "transforms[0].value: is needed for with: constant",
  ],
  [
    "a value without a constant",
    [{ how: "impute", columns: ["age"], with: "mean", value: 1 }],
    "transforms[0].value: is for with: constant; leave it out",
  ],
  [
    "a text for a number",
    [{ how: "impute", columns: ["age"], with: "constant", value: "no" }],
    'transforms[0].value: must fit age, a number, got the string "no"',
  ],
  [
    "a mean of strings",
    [{ how: "impute", columns: ["town"], with: "mean" }],
    "transforms[0].with: town is a category, which has no mean",
  ],
  [
    "edges and quantiles",
    [{ how: "bucketise", columns: ["age"], edges: [1], quantiles: 2 }],
    "transforms[0]: needs either edges or quantiles",
  ],
  [
    "edges that fall",
    [{ how: "bucketise", columns: ["age"], edges: [1, 3, 2] }],
    "transforms[0].edges[2]: must be above the edge before it",
  ],
  [
    "no bound",
    [{ how: "clip", columns: ["age"] }],
    "transforms[0]: needs either min or max, or quantiles",
  ],
  [
    "bounds the wrong way round",
    [{ how: "clip", columns: ["age"], min: 2, max: 1 }],
    "transforms[0]: the lower bound must be below the upper, got 2 and 1",
  ],
  [
    "a power without exponent",
    [{ how: "power", columns: ["age"], by: "power" }],
    "transforms[0].exponent: is needed for by: power, and for nothing else",
  ],
  [
    "a lambda of a logarithm",
    [{ how: "power", columns: ["age"], by: "log", lambda: 1 }],
    "transforms[0].lambda: is for box-cox and yeo-johnson; leave it out",
  ],
  [
    "runs the wrong way round",
    [{ how: "text", columns: ["town"], ngrams: [2, 1] }],
    "transforms[0].ngrams: must be ascending, the shortest first",
  ],
  [
    "a transform that is none",
    [{ use: { name: "x" }, columns: ["age"] }],
    "transforms[0].use: must be what defineTransform gave, named by letters, digits and _, got an object",
  ],
  [
    "a transform with a bad name",
    [{ use: { ...OWN, name: "a-b" }, columns: ["age"] }],
    "transforms[0].use: must be what defineTransform gave, named by letters, digits and _, got an object",
  ],
  [
    "a column too few",
    [{ use: OWN, columns: ["age"], into: "r" }],
    "transforms[0].columns: ratio reads 2, got 1",
  ],
  [
    "several columns without a name",
    [{ use: OWN, columns: ["age", "pay"] }],
    "transforms[0].into: is needed where a step reads several columns",
  ],
  [
    "a transform that makes nothing",
    [{ use: { ...OWN, makes: {} }, columns: ["age", "pay"], into: "r" }],
    "transforms[0].use: ratio makes no column",
  ],
  [
    "another kind than its own",
    [{ use: OWN, columns: ["age", "town"], into: "r" }],
    "transforms[0].columns[1]: town is a category, and the step reads a number",
  ],
];

describe("transforms of a definition", () => {
  it.each(WRONG)("fail with %s", (_name, transforms, issue) => {
    expect(issuesOf({ transforms })).toEqual([issue]);
  });

  it("may be of every kind, and read what earlier steps made", () => {
    const transforms = [
      { how: "impute", columns: ["age"], with: "constant", value: 1, indicator: true },
      { how: "impute", columns: ["town"], with: "most-frequent", into: ["t2"] },
      scale(["age_missing"]),
      { how: "bucketise", columns: ["pay"], edges: [1, 2], as: "category" },
      cross(["pay", "t2"], "both"),
      { how: "target", columns: ["both"] },
      { how: "hash", columns: ["job"], buckets: 8, as: "number" },
      scale(["job", "both"]),
      { how: "clip", columns: ["age"], max: 4 },
      { how: "clip", columns: ["age"], quantiles: [0, 1] },
      { how: "power", columns: ["age"], by: "yeo-johnson", lambda: 1, into: ["p"] },
      { how: "power", columns: ["age"], by: "power", exponent: 2 },
      { how: "cyclic", columns: ["age"], period: 3 },
      { use: OWN, columns: ["age_sin", "age_cos"], into: "r" },
      { how: "text", columns: ["r_b"] },
      oneHot,
      { how: "drop", columns: ["r_b"] },
      { how: "keep", columns: ["r_a", "town", "p"] },
    ];

    expect(issuesOf({ transforms })).toEqual([]);
    expect(issuesOf({ transforms: [] })).toEqual([]);
    for (const how of [
      { how: "bucketise", quantiles: 2 },
      { how: "clip", min: 2 },
    ]) {
      expect(issuesOf({ transforms: [{ ...how, columns: ["age"] }] })).toEqual([]);
    }
    const late = [scale(["a2"]), scale(["pay"]), scale(["age"], { into: ["a2"] })];
    expect(issuesOf({ transforms: late })[0]).toMatch("a2 is made by step 2, later");
  });

  it("may be a candidate's own, by whose columns its parameters are checked", () => {
    const candidate = (parts: object) => ({
      candidates: [{ name: "it", family: "gradient-boosting", ...parts }],
    });
    const parameters = { monotone: { ages: 1 } };

    expect(issuesOf(candidate({ transforms: [scale(["x"])] }))[0]).toMatch(
      /^candidates\[0\]\.transforms\[0\]/,
    );
    expect(
      issuesOf(candidate({ parameters, transforms: [scale(["age"], { into: ["ages"] })] })),
    ).toEqual([]);
    expect(issuesOf(candidate({ continueFrom: "champion" }))).toEqual([]);
    expect(issuesOf(candidate({ parameters }))[0]).toMatch("ages is no input of the model");
    expect(
      issuesOf({ ...candidate({ continueFrom: "champion" }), transforms: [scale(["age"])] }),
    ).toEqual([
      "candidates[0].continueFrom: cannot go with transforms, which are fitted anew in each run; leave one out",
    ]);
    expect(
      issuesOf({
        ...candidate({ continueFrom: "champion", transforms: [] }),
        transforms: [scale(["age"])],
      }),
    ).toEqual([]);
  });

  it("are a name for each class where the target has several", () => {
    const target = {
      name: "buys",
      type: "multiclass",
      from: ["bought"],
      expression: "bought",
      classes: ["a", "b"],
    };
    const transforms = [{ how: "target", columns: ["town"] }, scale(["town"])];

    expect(issuesOf({ target, transforms })[0]).toMatch("several columns by now");
    expect(issuesOf({ transforms })).toEqual([]);
  });

  it("are stored without code, and not at all where there are none", () => {
    const own = { use: OWN, columns: ["age", "pay"], into: "r", options: { by: 2 } };
    const candidates = [{ name: "it", family: "gradient-boosting", transforms: [own, oneHot] }];
    const stored = storedDefinition(parseDefinition(definition({ transforms: [own], candidates })));
    const { fit: _code, ...use } = OWN;

    expect(stored.transforms).toEqual([{ ...own, use }]);
    expect(stored.candidates[0]?.transforms?.[0]).toEqual({ ...own, use });
    expect(stored.candidates[0]?.transforms?.[1]).toMatchObject(oneHot);
    expect(storedDefinition(parseDefinition(definition({})))).not.toHaveProperty("transforms");
  });
});
