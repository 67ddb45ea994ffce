import type { StoredDefinition } from "../definition/model-definition.ts";
import { requestFields } from "../inference/request-fields.ts";

/** Fields that `postprocess` sees: those of a request but instants, which no 32-bit column holds. */
export const postprocessFields = (
  definition: Pick<StoredDefinition, "fields" | "rowFeatures" | "routines">,
): readonly string[] =>
  requestFields(definition)
    .filter(({ type }) => type !== "timestamp")
    .map(({ name }) => name);
