import { errorFields } from "../core/observability/error-fields.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { storageKeys } from "../core/storage-keys.ts";
import type { StreamBundle } from "../engine/definition/find-streams.ts";

/** Fills the state of a stream; the order is `backfillOrder`'s. */
export type Backfill = (order: object) => Promise<unknown>;

export interface MissingBackfills {
  readonly start: () => void;
  /** Begins no other, and waits for the one under way. */
  readonly stop: () => Promise<void>;
}

/**
 * Fills, one after another and behind everything else, every stream with a history whose state was not
 * yet filled for what is declared now.
 */
export function backfillMissing(deps: {
  readonly registry: Pick<Registry, "stream">;
  readonly store: Pick<ObjectStore, "head">;
  readonly streams: readonly StreamBundle[];
  readonly backfill: Backfill;
  readonly log: (line: object) => void;
}): MissingBackfills {
  const { registry, store, streams, backfill, log } = deps;
  let isStopping = false;
  let filling: Promise<void> | undefined;

  const fill = async ({ definition, digest }: StreamBundle) => {
    const { name, history, features } = definition;
    if (isStopping || history === undefined || Object.keys(features).length === 0) return;
    const { backfill: before } = await registry.stream(name);
    if (before?.definitionDigest === digest) return;
    for (const file of history.files) {
      // that it is missing was said when files were copied
      if ((await store.head(storageKeys.streamHistory(name, file.name))) === undefined) return;
    }
    log({ level: "info", notice: `filling features of stream ${name} from its history` });
    await backfill({ stream: name, by: "platform" });
    log({ level: "info", notice: `features of stream ${name} are filled from its history` });
  };
  const fillAll = async () => {
    for (const stream of streams) {
      await fill(stream).catch((error: unknown) => {
        if (isStopping) return;
        const { message, ...fields } = errorFields(error);
        const name = stream.definition.name;
        log({
          level: "warn",
          ...fields,
          message: `features of ${name} are not filled: ${message}`,
        });
      });
    }
  };
  return {
    start: () => {
      filling ??= fillAll();
    },
    stop: async () => {
      isStopping = true;
      await filling;
    },
  };
}
