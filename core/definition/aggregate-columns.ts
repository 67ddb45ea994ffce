import { featureKind } from "./feature-kind.ts";
import type { Aggregate, CheckedDefinition, StoredDefinition } from "./model-definition.ts";
import type { StreamDefinition, StreamFeature } from "./stream-schema.ts";

/** A column of a model's rows that comes from a stream, with all that is to be known to compute it. */
export interface AggregateColumn extends Pick<Aggregate, "input" | "inRequest" | "fallback"> {
  readonly name: string;
  readonly kind: "number" | "category";
  readonly stream: StreamDefinition;
  /** Name of the feature in the stream. */
  readonly featureName: string;
  readonly feature: StreamFeature;
  /** Fields of the model's row that hold the entity, in the order of `feature.entity`. */
  readonly key: readonly string[];
}

/** Versions made before there were streams have none of the two. */
type AggregateParts = Partial<Pick<StoredDefinition, "streams" | "aggregates">>;

/** The aggregates of a definition, by name. Those that name no stream or feature are left out. */
export function aggregateColumns({
  streams = [],
  aggregates = {},
}: AggregateParts): readonly AggregateColumn[] {
  return Object.keys(aggregates)
    .sort()
    .flatMap((name): readonly AggregateColumn[] => {
      const { stream: streamName, key, ...aggregate } = aggregates[name] as Aggregate;
      const stream = streams.find((one) => one.name === streamName);
      const featureName = aggregate.feature ?? name;
      const feature = stream?.features[featureName];
      if (stream === undefined || feature === undefined) return [];
      const { input, inRequest, fallback } = aggregate;
      return [
        {
          ...{ name, stream, featureName, feature, input, inRequest, fallback },
          kind: featureKind(stream, featureName),
          key: feature.entity.map((field) => key[field] ?? field),
        },
      ];
    });
}

/** The streams of a definition with those features only that it reads. */
export function usedStreams(
  definition: Pick<CheckedDefinition, "streams" | "aggregates">,
): readonly StreamDefinition[] {
  const columns = aggregateColumns(definition);
  return definition.streams.flatMap((stream): readonly StreamDefinition[] => {
    const used = columns.filter((column) => column.stream === stream);
    if (used.length === 0) return [];
    const features = used.map(({ featureName, feature }) => [featureName, feature] as const);
    return [{ ...stream, features: Object.fromEntries(features) }];
  });
}
