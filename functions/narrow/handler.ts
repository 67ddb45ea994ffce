import { canonicalJson } from "../../core/canonical-json.ts";
import { type PricedAt, trainingUsd } from "../../core/cost/candidate-cost.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type NarrowOutput, narrowInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { nextRound } from "../../core/search/plan-round.ts";
import { recordRound } from "../../core/search/record-round.ts";
import { storageKeys } from "../../core/storage-keys.ts";

export interface NarrowDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly loadDefinition: LoadDefinition;
  /** Where trainings are paid for. */
  readonly pricedAt: PricedAt;
}

/**
 * Ends a round of training: keeps a record of it and says what follows. It computes all from its
 * input, so that a retry writes the same record and gives the same answer.
 */
export const makeHandler =
  ({ store, loadDefinition, pricedAt }: NarrowDeps) =>
  async (event: unknown): Promise<NarrowOutput> => {
    const { model, runId, definitionDigest, search } = parseMessage(narrowInput, event);
    const { definition } = await loadDefinition(model, definitionDigest);
    const { round, trained: results } = search;
    const spentMs = search.trainMs.reduce((sum, ms) => sum + ms, 0);
    const next = nextRound(definition, { ...search, spentMs }, results);

    const { training } = definition.compute;
    const record = recordRound({ definition, round, results, next: next.round }, (durationMs) =>
      trainingUsd(training, pricedAt, durationMs),
    );
    await store.put(storageKeys.round(model, runId, round.number), canonicalJson(record));
    return {
      round: next.round,
      finalists: next.finalists.map(({ index, name, graphSha256, metrics }) => ({
        ...{ index, name, graphSha256, metrics },
      })),
      trainMs: [...search.trainMs, ...results.map(({ durationMs = 0 }) => durationMs)],
      done: next.round.candidates.length === 0,
    };
  };
