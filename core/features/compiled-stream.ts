import type { StreamDefinition } from "../definition/stream-schema.ts";
import { type CompiledFeature, compileFeature } from "./compiled-feature.ts";
import { type EntityKind, entityKinds } from "./entity-kind.ts";
import { longestUseMs, type Retention, retentionOf } from "./retention.ts";

/** A kind of entity with what is to be known to keep its events. */
export interface CompiledKind extends EntityKind {
  readonly retention: Retention;
  /** How long an event is kept at least, counted from the newest one. */
  readonly keptMs: number;
}

export interface CompiledStream {
  readonly kinds: readonly CompiledKind[];
  /** By name. */
  readonly features: ReadonlyMap<string, CompiledFeature>;
}

/** Gives the same answer for the same object without compiling it again. */
export function streamCompiler(): (stream: StreamDefinition) => CompiledStream {
  const compiled = new WeakMap<StreamDefinition, CompiledStream>();
  return (stream) => {
    const known = compiled.get(stream) ?? compileStream(stream);
    compiled.set(stream, known);
    return known;
  };
}

function compileStream(stream: StreamDefinition): CompiledStream {
  const features = Object.entries(stream.features).map(
    ([name, feature]) => [name, compileFeature(stream, feature)] as const,
  );
  const kinds = entityKinds(stream).map((kind): CompiledKind => {
    const ofKind = features.flatMap(([, one]) =>
      kind.features.includes(one.feature) ? [one] : [],
    );
    const retention = retentionOf(stream, ofKind);
    return { ...kind, retention, keptMs: longestUseMs(retention) };
  });
  return { kinds, features: new Map(features) };
}
