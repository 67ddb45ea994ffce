import type { StreamDefinition } from "./stream-schema.ts";

/** Whether a feature of a stream is a number or text. */
export function featureKind(
  { fields, features }: Pick<StreamDefinition, "fields" | "features">,
  name: string,
): "number" | "category" {
  const feature = features[name];
  if (feature?.operation === "topK") return "category";
  if (feature?.operation !== "last" && feature?.operation !== "first") return "number";
  return fields[String(feature.value)]?.type === "category" ? "category" : "number";
}
