import type { StreamDefinition } from "../definition/stream-schema.ts";
import { NotFoundError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Registry } from "../registry/registry.ts";
import { shortened } from "../shown-value.ts";
import { eventParser, type ParseEvents } from "./parse-events.ts";

/** A stream as it is registered now. */
export interface KnownStream {
  readonly digest: string;
  readonly definition: StreamDefinition;
  readonly parse: ParseEvents;
}

/** The registered streams, known without asking the registry each time. */
export interface StreamDirectory {
  /** @throws {NotFoundError} if no stream of this name is registered. */
  find(name: string): Promise<KnownStream>;
}

export interface StreamDirectoryDeps {
  readonly registry: Pick<Registry, "streams">;
  /** A registered definition, by stream and digest. */
  readonly loadStream: (stream: string, digest: string) => Promise<StreamDefinition>;
  readonly clock: Clock;
  /** Younger knowledge is used as it is. @default 5 s */
  readonly freshMs?: number;
}

/**
 * Reads the list of streams at most every few seconds, and each definition once: they never change. A
 * name that is not on the list is looked for again after that time only, for names come from callers.
 */
export function streamDirectory({
  registry,
  loadStream,
  clock,
  freshMs = 5_000,
}: StreamDirectoryDeps): StreamDirectory {
  const loaded = new Map<string, KnownStream>();
  let digests: ReadonlyMap<string, string> = new Map();
  let checkedAt = Number.NEGATIVE_INFINITY;
  let renewing: Promise<void> | undefined;

  const renew = async () => {
    const records = await registry.streams();
    digests = new Map(records.map(({ stream, definitionDigest }) => [stream, definitionDigest]));
    checkedAt = clock();
  };

  return {
    async find(name) {
      if (clock() - checkedAt >= freshMs) {
        // requests that come meanwhile wait for the same answer
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      const digest = digests.get(name);
      if (digest === undefined) {
        throw new NotFoundError(
          `there is no stream ${JSON.stringify(shortened(name))}; streams are declared in features/ and deployed with the models`,
        );
      }
      const before = loaded.get(name);
      if (before?.digest === digest) return before;
      const definition = await loadStream(name, digest);
      const known = { digest, definition, parse: eventParser(definition) };
      loaded.set(name, known);
      return known;
    },
  };
}
