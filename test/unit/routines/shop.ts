import type {
  ModelDefinition,
  StoredDefinition,
} from "../../../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";

export const SHOP: ModelDefinition = {
  name: "shop",
  owner: "tests",
  description: "who buys",
  source: { format: "csv", files: [{ name: "shop.csv" }], eventTime: "at" },
  fields: {
    at: { type: "timestamp", role: "feature" },
    seen: { type: "timestamp", role: "feature" },
    age: { type: "number", role: "feature", min: 0, max: 150, required: true },
    town: { type: "category", role: "feature", required: false },
    wants: { type: "tags", role: "feature", required: false },
    isNew: { type: "boolean", role: "feature" },
    who: { type: "category", role: "entity" },
    bought: { type: "number", role: "outcome" },
  },
  target: { name: "buys", type: "binary", from: ["bought"], expression: "bought > 0" },
  split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
  candidates: [{ name: "logistic", family: "gradient-boosting" }],
};

export const TARGETS = {
  binary: SHOP.target,
  multiclass: {
    ...{ name: "kind", type: "multiclass", from: ["bought"], expression: "bought::VARCHAR" },
    classes: ["a", "b", "c"],
  },
  regression: { name: "price", type: "regression", from: ["bought"], expression: "bought" },
  quantiles: {
    ...{ name: "price", type: "regression", from: ["bought"], expression: "bought" },
    quantiles: [0.1, 0.9],
  },
  ranking: {
    ...{ name: "worth", type: "ranking", from: ["bought"], expression: "bought", group: "town" },
  },
} as const;

const SPLIT_BY_TOWN = {
  ...{ by: "group", column: "town" },
  shares: { train: 0.6, validation: 0.2, test: 0.2 },
} as const;

export function shop(
  target: keyof typeof TARGETS = "binary",
  serving?: ModelDefinition["serving"],
  routines: StoredDefinition["routines"] = ["preprocess"],
): StoredDefinition {
  const split = target === "ranking" ? SPLIT_BY_TOWN : SHOP.split;
  const parts = { ...SHOP, split, target: TARGETS[target], ...(serving && { serving }) };
  return { ...storedDefinition(parseDefinition(parts as unknown)), routines };
}

export const ROW = {
  ...{ at: 1, seen: 2, age: 30, town: "Ulm", wants: "a|b", isNew: true, who: "ann", extra: 5 },
};
