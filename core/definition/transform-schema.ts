import { z } from "zod";
import { columnName } from "./field-schema.ts";

/** Most columns that one step may make. */
export const MOST_COLUMNS = 1_024;

const columns = z.array(columnName).min(1).max(200);
/** Names of what is made, one for each of `columns`. Absent: it replaces the columns. */
const into = z.array(columnName).min(1).max(200).optional();
const each = { columns, into } as const;
const whole = z.int().positive();
const fraction = z.number().min(0).max(1);
const text = z.string().min(1).max(256);

/** Fills what is missing: NaN and infinite numbers, empty strings. */
const impute = z.strictObject({
  how: z.literal("impute"),
  ...each,
  /** Taken from the training split; `constant` is `value`. */
  with: z.enum(["constant", "mean", "median", "most-frequent"]),
  /** A number for columns of numbers, a string for categories. */
  value: z.union([z.number(), text]).optional(),
  /** Adds the column `<name>_missing`: 1 where it was missing, else 0. */
  indicator: z.boolean().default(false),
});

/** (x - centre) / spread. A column whose spread is 0 becomes 0. */
const scale = z.strictObject({
  how: z.literal("scale"),
  ...each,
  /** standard: mean, standard deviation. robust: median, quartile range. min-max: least, range. */
  by: z.enum(["standard", "robust", "min-max"]).default("standard"),
});

/** Numbers to the number of edges that are not above them. */
const bucketise = z.strictObject({
  how: z.literal("bucketise"),
  ...each,
  /** Ascending; a number on an edge is in the bucket above it. */
  edges: z.array(z.number()).min(1).max(1_000).optional(),
  /** So many buckets of about as many training rows; equal edges count once. */
  quantiles: z.int().min(2).max(1_000).optional(),
  /** number: 0, 1, 2… category: strings such as "[18, 30)". */
  as: z.enum(["number", "category"]).default("number"),
});

/** A column of 0 and 1 for each string: `<name>=<string>`. */
const oneHot = z.strictObject({
  how: z.literal("one-hot"),
  ...each,
  /** The most frequent strings of the training split; the others have no column of their own. */
  maxCategories: whole.max(MOST_COLUMNS).default(100),
  /** Adds `<name>!other` for all other strings, unknown ones among them. */
  other: z.boolean().default(false),
  /** Adds `<name>!missing`. */
  missing: z.boolean().default(false),
});

/** Strings to 0, 1, 2… Missing ones stay missing. */
const ordinal = z.strictObject({
  how: z.literal("ordinal"),
  ...each,
  /** frequency: the most frequent is 0. alphabet: by code unit. Or the strings in their order. */
  order: z.union([z.enum(["frequency", "alphabet"]), z.array(text).min(1)]).default("frequency"),
  /** The number of strings without one. @default missing */
  unknown: z.number().optional(),
});

/** Strings to the mean of the target; training rows by rows of other folds. */
const target = z.strictObject({
  how: z.literal("target"),
  ...each,
  /** Rows' worth of the overall mean that each string's mean is mixed with. */
  smoothing: z.number().min(0).default(10),
  folds: z.int().min(2).max(100).default(5),
  /** Draws the folds. @default the definition's */
  seed: z.int().min(0).optional(),
});

/** Strings to how often the training split has them; unknown strings are 0. */
const frequency = z.strictObject({
  how: z.literal("frequency"),
  ...each,
  as: z.enum(["share", "count"]).default("share"),
});

/** Strings, known or not, to one of some buckets by a hash. */
const hash = z.strictObject({
  how: z.literal("hash"),
  ...each,
  buckets: z.int().min(2).max(65_536),
  /** Another seed, another hash. */
  seed: z.int().min(0).default(0),
  as: z.enum(["category", "number"]).default("category"),
});

/** Strings that the training split has seldom, and unknown ones, become one. */
const rare = z.strictObject({
  how: z.literal("rare"),
  ...each,
  /** Strings with a smaller share of the training rows are folded. */
  minShare: fraction.default(0.01),
  /** Strings in fewer training rows are folded. */
  minRows: whole.default(1),
  name: text.default("other"),
});

/** Strings that the training split does not have become one. */
const unknown = z.strictObject({
  how: z.literal("unknown"),
  ...each,
  name: text.default("unknown"),
});

/** Numbers outside two bounds become the bound. */
const clip = z.strictObject({
  how: z.literal("clip"),
  ...each,
  min: z.number().optional(),
  max: z.number().optional(),
  /** Bounds as quantiles of the training split. */
  quantiles: z.tuple([fraction, fraction]).optional(),
});

/** Numbers by a monotone function. What it is not defined for becomes missing. */
const power = z.strictObject({
  how: z.literal("power"),
  ...each,
  /**
   * log: ln(x + offset). signed-log: sign(x) ln(1 + |x|). power: x ^ exponent. box-cox and yeo-johnson:
   * with the lambda that makes the training split most like a normal distribution, or the given one.
   */
  by: z.enum(["log", "signed-log", "power", "box-cox", "yeo-johnson"]),
  offset: z.number().default(1),
  exponent: z.number().optional(),
  lambda: z.number().min(-10).max(10).optional(),
});

/** Sine and cosine of 2 pi x / period: `<name>_sin` and `<name>_cos`. */
const cyclic = z.strictObject({ how: z.literal("cyclic"), ...each, period: z.number().positive() });

/** Two or more columns of strings as one. */
const cross = z.strictObject({
  how: z.literal("cross"),
  columns: columns.min(2).max(5),
  into: columnName,
  separator: z.string().min(1).max(16).default(" & "),
});

/** Strings as counts of runs of words or characters: `<name>=<run>`, or `<name>=<bucket>`. */
const textStep = z.strictObject({
  how: z.literal("text"),
  ...each,
  tokens: z.enum(["word", "character"]).default("word"),
  /** Shortest and longest run of tokens. */
  ngrams: z.tuple([z.int().min(1).max(5), z.int().min(1).max(5)]).default([1, 1]),
  /** A to Z become a to z. */
  lowerCase: z.boolean().default(true),
  /** Tokens of a text that are read, from its start. */
  maxTokens: whole.max(1_000).default(100),
  /** The most frequent runs of the training split have a column each. */
  vocabulary: whole.max(MOST_COLUMNS).default(100),
  /** Runs in fewer training rows have none. */
  minRows: whole.default(2),
  /** Every run is hashed into one of so many columns instead. */
  buckets: z.int().min(2).max(MOST_COLUMNS).optional(),
  /** Another seed, another hash. */
  seed: z.int().min(0).default(0),
  /** tf-idf: a count times 1 + ln((1 + rows) / (1 + rows with the run)). */
  weights: z.enum(["count", "binary", "tf-idf"]).default("tf-idf"),
  /** Each row is divided by its length. */
  normalise: z.boolean().default(true),
});

/** Takes columns away from what the model sees. */
const drop = z.strictObject({ how: z.literal("drop"), columns });

/** Takes all other columns away. */
const keep = z.strictObject({ how: z.literal("keep"), columns });

/** A transform of the definition's own: what `defineTransform` gave. */
const custom = z.strictObject({
  how: z.undefined().optional(),
  use: z.custom<CustomTransform>(
    isCustomTransform,
    "must be what defineTransform gave, named by letters, digits and _",
  ),
  /** All together are what the transform reads, in its order. */
  columns,
  /** Name of what is made, or its beginning. @default the column, where there is one */
  into: columnName.optional(),
  /** What the transform is told, plain JSON. */
  options: z.record(z.string(), z.json()).default({}),
});

export const transformStep = z.discriminatedUnion("how", [
  impute,
  scale,
  bucketise,
  oneHot,
  ordinal,
  target,
  frequency,
  hash,
  rare,
  unknown,
  clip,
  power,
  cyclic,
  cross,
  textStep,
  drop,
  keep,
  custom,
]);

/** Steps, carried out one after the other; what is left afterwards is what the model sees. */
export const transformsSchema = z.array(transformStep).max(100).optional();

export type TransformStep = z.output<typeof transformStep>;
export type CustomStep = z.output<typeof custom>;
/** A step by what it does. */
export type StepOf<How extends string> = Extract<TransformStep, { readonly how: How }>;

/** What the platform must know of a transform of one's own to check a definition. */
export interface CustomTransform {
  readonly name: string;
  /** Kind of each of its columns, in their order. */
  readonly reads: readonly ("number" | "category")[];
  /** What it makes: the end of each column's name, and its kind. One alone may have the name "". */
  readonly makes: Readonly<Record<string, "number" | "category">>;
}

function isCustomTransform(value: unknown): boolean {
  const { name, reads, makes } = Object(value) as Record<string, unknown>;
  if (typeof name !== "string" || !/^[A-Za-z0-9_]{1,63}$/.test(name)) return false;
  return Array.isArray(reads) && reads.length > 0 && typeof makes === "object";
}
