import type { Field, StoredDefinition } from "../../core/definition/model-definition.ts";

export type NamedField = readonly [string, Field];

/** A feature of a stream, as a caller of the endpoint sees it. */
export interface StreamInput {
  readonly name: string;
  /** Its name in the catalogue. */
  readonly feature: string;
  readonly field: Field;
  /** Fields of the request that hold its entity. */
  readonly key: readonly string[];
  /** Whether a request may carry the value itself. */
  readonly wins: boolean;
  /** What is used where the value cannot be had. */
  readonly fallback: string;
}

/** What a definition says of its request. Versions made before there were streams lack the latter two. */
type RequestParts = Pick<StoredDefinition, "fields" | "rowFeatures"> &
  Partial<Pick<StoredDefinition, "streams" | "aggregates">>;

/** Fields that a request carries: features, and entities, which may be sent. */
export const requestFieldsOf = ({ fields }: RequestParts): readonly NamedField[] =>
  Object.entries(fields).filter(([, { role }]) => role === "feature" || role === "entity");

/** The features of streams that a prediction needs, by name. */
export function streamInputsOf(definition: RequestParts): readonly StreamInput[] {
  const { streams = [], aggregates = {}, rowFeatures } = definition;
  const read = new Set(Object.values(rowFeatures).flatMap(({ from }) => from));
  return Object.entries(aggregates)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, aggregate]): readonly StreamInput[] => {
      const stream = streams.find((known) => known.name === aggregate.stream);
      const feature = stream?.features[aggregate.feature ?? name];
      if (stream === undefined || feature === undefined) return [];
      if (!aggregate.input && !read.has(name)) return [];
      const type = typeOf(feature, stream.fields);
      const about = feature.description;
      return [
        {
          name,
          feature: aggregate.feature ?? name,
          field: { ...CARRIED, type, ...(about !== undefined && { description: about }) },
          key: feature.entity.map((part) => aggregate.key[part] ?? part),
          wins: aggregate.inRequest === "wins",
          fallback: fallbackWords(aggregate.fallback),
        },
      ];
    });
}

/** A value that a request may carry, but need not. */
const CARRIED = { role: "feature", required: false, maxLength: 10_000 } as const;

type Stream = StoredDefinition["streams"][number];

/** As `featureKind` of core has it. */
function typeOf(
  { operation, value = "" }: Stream["features"][string],
  fields: Stream["fields"],
): "number" | "category" {
  if (operation === "topK") return "category";
  const isOneValue = operation === "last" || operation === "first";
  return isOneValue && fields[value]?.type === "category" ? "category" : "number";
}

function fallbackWords(fallback: NonNullable<StoredDefinition["aggregates"]>[string]["fallback"]) {
  if (fallback.use === "default") return `else ${fallback.value}`;
  return fallback.use === "refuse" ? "else no answer" : "else missing";
}
