import { storedIfAny } from "../../core/batch/stored-if-any.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type PricedAt, trainingUsd } from "../../core/cost/candidate-cost.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { type NarrowOutput, narrowInput, type TrainOutput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { type RoundRecord, roundRecordSchema } from "../../core/run/round-record.ts";
import { nextRound } from "../../core/search/plan-round.ts";
import { recordRound } from "../../core/search/record-round.ts";
import { storageKeys } from "../../core/storage-keys.ts";

export interface NarrowDeps {
  readonly store: Pick<ObjectStore, "get" | "put">;
  readonly loadDefinition: LoadDefinition;
  /** Where trainings are paid for. */
  readonly pricedAt: PricedAt;
}

/**
 * Ends a round of training: keeps a record of it and says what follows. A round is recorded once: who
 * trains it again, as a redriven execution does, is told what followed the first time, however long it
 * took now.
 */
export const makeHandler =
  ({ store, loadDefinition, pricedAt }: NarrowDeps) =>
  async (event: unknown): Promise<NarrowOutput> => {
    const { model, runId, definitionDigest, search } = parseMessage(narrowInput, event);
    const { definition } = await loadDefinition(model, definitionDigest);
    const { round } = search;
    const key = storageKeys.round(model, runId, round.number);
    const known = await storedIfAny(store, key, roundRecordSchema);
    const results = known === undefined ? search.trained : timedAs(known, search.trained);

    const spentMs = search.trainMs.reduce((sum, ms) => sum + ms, 0);
    const next = nextRound(definition, { ...search, spentMs }, results);
    if (known === undefined) {
      const { training } = definition.compute;
      const record = recordRound({ definition, round, results, next: next.round }, (durationMs) =>
        trainingUsd(training, pricedAt, durationMs),
      );
      await store.put(key, canonicalJson(record));
    }
    return {
      round: next.round,
      finalists: next.finalists.map(({ index, name, graphSha256, metrics }) => ({
        ...{ index, name, graphSha256, metrics },
      })),
      trainMs: [...search.trainMs, ...results.map(({ durationMs = 0 }) => durationMs)],
      done: next.round.candidates.length === 0,
    };
  };

/** The same trainings with the durations that were recorded. */
const timedAs = (
  { candidates }: RoundRecord,
  trained: readonly TrainOutput[],
): readonly TrainOutput[] =>
  trained.map((output) => {
    const known = candidates.find(({ index }) => index === output.index);
    return known === undefined ? output : { ...output, durationMs: known.durationMs };
  });
