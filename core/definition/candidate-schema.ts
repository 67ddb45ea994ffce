import { z } from "zod";
import { MODEL_NAME } from "./model-name.ts";
import { boostingParameters } from "./parameters/boosting.ts";
import { linearParameters } from "./parameters/linear.ts";
import { networkParameters } from "./parameters/network.ts";
import { scorecardParameters } from "./parameters/scorecard.ts";
import type { TaskType } from "./task.ts";
import { transformsSchema } from "./transform-schema.ts";

/** Of a candidate, as of a model. */
const name = z.string().regex(MODEL_NAME.pattern, MODEL_NAME.rule);

/**
 * champion: goes on from the champion's trees where they fit, and begins anew where they do not. Of
 * gradient boosting only; `parseDefinition` says so.
 */
const continueFrom = z.literal("champion").optional();

/** Instead of the definition's. Of an empty list: none. */
const transforms = transformsSchema;

/** A model family and its parameters. */
export const candidateSchema = z.discriminatedUnion("family", [
  z.strictObject({
    name,
    family: z.literal("gradient-boosting"),
    parameters: boostingParameters.prefault({}),
    continueFrom,
    transforms,
  }),
  z.strictObject({
    name,
    family: z.literal("logistic-regression"),
    parameters: linearParameters.prefault({}),
    continueFrom,
    transforms,
  }),
  z.strictObject({
    name,
    family: z.literal("linear-regression"),
    parameters: linearParameters.prefault({}),
    continueFrom,
    transforms,
  }),
  z.strictObject({
    name,
    family: z.literal("scorecard"),
    parameters: scorecardParameters.prefault({}),
    continueFrom,
    transforms,
  }),
  z.strictObject({
    name,
    family: z.literal("neural-network"),
    parameters: networkParameters.prefault({}),
    continueFrom,
    transforms,
  }),
]);

export type FamilyName = z.output<typeof candidateSchema>["family"];

export const FAMILY_NAMES = [
  "gradient-boosting",
  "logistic-regression",
  "linear-regression",
  "scorecard",
  "neural-network",
] as const satisfies readonly FamilyName[];

/** Families that can go on from an earlier version. */
export const CONTINUING_FAMILIES: readonly FamilyName[] = ["gradient-boosting"];

/** What each family can predict. */
export const FAMILY_TASKS: Readonly<Record<FamilyName, readonly TaskType[]>> = {
  "gradient-boosting": ["binary", "multiclass", "regression", "ranking"],
  "logistic-regression": ["binary", "multiclass"],
  "linear-regression": ["regression"],
  scorecard: ["binary"],
  "neural-network": ["binary", "multiclass", "regression"],
};
