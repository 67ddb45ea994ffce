import { canonicalJson } from "../canonical-json.ts";
import { InvalidInputError } from "../errors.ts";
import type { StreamDefinition, StreamFeature } from "./stream-schema.ts";

/** A stream's definition and the file that it was found in. */
export interface FoundStream {
  readonly from: string;
  readonly stream: StreamDefinition;
}

/**
 * Every stream once, by name, with all features that any of its definitions has: a model carries the
 * features only that it reads.
 *
 * @throws {InvalidInputError} if one name stands for two things: a stream declared differently by two
 *   files, or a feature. Models share features by their names.
 */
export function combineStreams(found: readonly FoundStream[]): readonly StreamDefinition[] {
  const streams = new Map<string, FoundStream>();
  const features = new Map<string, FoundFeature>();
  for (const { from, stream } of found) {
    const before = streams.get(stream.name);
    if (before !== undefined && shapeOf(before.stream) !== shapeOf(stream)) {
      throw new InvalidInputError(
        `stream ${JSON.stringify(stream.name)} is declared differently by ${before.from} and ${from}; declare it once and import it`,
      );
    }
    for (const [name, feature] of Object.entries(stream.features)) {
      addFeature(features, name, { from, stream: stream.name, feature });
    }
    const known = { ...before?.stream.features, ...stream.features };
    streams.set(stream.name, { from, stream: { ...stream, features: known } });
  }
  return [...streams.keys()].sort().map((name) => (streams.get(name) as FoundStream).stream);
}

interface FoundFeature {
  readonly from: string;
  readonly stream: string;
  readonly feature: StreamFeature;
}

function addFeature(known: Map<string, FoundFeature>, name: string, found: FoundFeature): void {
  const before = known.get(name);
  const isSame =
    before?.stream === found.stream &&
    canonicalJson(before.feature) === canonicalJson(found.feature);
  if (before !== undefined && !isSame) {
    const places = [before, found].map(({ stream, from }) => `stream ${stream} (${from})`);
    throw new InvalidInputError(
      `feature ${name} is declared differently by ${places.join(" and ")}; rename one, or declare it once and import it`,
    );
  }
  known.set(name, found);
}

/** All of a stream but its features. */
const shapeOf = (stream: StreamDefinition): string => canonicalJson({ ...stream, features: {} });
