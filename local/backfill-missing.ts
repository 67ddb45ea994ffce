import { errorFields } from "../core/observability/error-fields.ts";
import type { Registry } from "../core/registry/registry.ts";
import type { StreamBundle } from "../engine/definition/find-streams.ts";

/** Fills the state of a stream; the order is `backfillOrder`'s. */
export type Backfill = (order: object) => Promise<unknown>;

/**
 * Fills, one after another and behind everything else, every stream with a history whose state was not
 * yet filled for what is declared now.
 *
 * @returns waits for the one under way
 */
export function backfillMissing(deps: {
  readonly registry: Pick<Registry, "stream">;
  readonly streams: readonly StreamBundle[];
  readonly backfill: Backfill;
  readonly log: (line: object) => void;
}): () => Promise<void> {
  const { registry, streams, backfill, log } = deps;
  let isStopping = false;

  const fill = async ({ definition, digest }: StreamBundle) => {
    const { name, history, features } = definition;
    if (isStopping || history === undefined || Object.keys(features).length === 0) return;
    const { backfill: before } = await registry.stream(name);
    if (before?.definitionDigest === digest) return;
    await backfill({ stream: name, by: "platform" });
    log({ level: "info", message: `features of stream ${name} are filled from its history` });
  };
  const fillAll = async () => {
    for (const stream of streams) {
      await fill(stream).catch((error: unknown) => {
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
  const filling = fillAll();
  return async () => {
    isStopping = true;
    await filling;
  };
}
