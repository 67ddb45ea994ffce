import type { LoadedVersion } from "./loaded-version.ts";
import type { PredictionRequest } from "./predictor.ts";

/**
 * What a request is routed by: the key that it carries, or else what its first row has in the field that
 * the champion's definition names, or else its id, which no other request has.
 */
export function routingKeyOf(
  { routingKey, firstOf, requestId }: PredictionRequest,
  { definition }: Pick<LoadedVersion, "definition">,
): string {
  if (routingKey !== undefined) return routingKey;
  // Stored by an earlier Millrace a definition says nothing of its serving.
  const field = definition.serving?.routingKey;
  const value = field === undefined ? undefined : firstOf?.(field);
  // Unchecked as yet: making text of a list or an object can fail, and no row is answered that has one.
  return typeof value === "object" || value === undefined ? requestId : String(value);
}
