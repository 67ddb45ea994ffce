import { ConflictError } from "../../core/errors.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type RollbackOutput, rollbackInput } from "../../core/rollout/messages.ts";
import { championBefore } from "../../core/routing/champion-before.ts";
import { underChampion, withoutCanary } from "../../core/routing/change-routing.ts";
import { parseMessage } from "../../core/run/parse-message.ts";

export interface RollbackDeps {
  readonly registry: Pick<Registry, "deployment" | "changeDeployment" | "events">;
}

/** Lines of history that are searched for the champion before: years of one model. */
const MOST_EVENTS = 5_000;

/**
 * Takes back what was deployed last, without a deploy: the canary if one is under way, or else the
 * champion, in whose place the one before it stands again. Endpoints see it within seconds.
 */
export const makeHandler =
  ({ registry }: RollbackDeps) =>
  async (event: unknown): Promise<RollbackOutput> => {
    const { model, by, why, runId } = parseMessage(rollbackInput, event);
    const now = await registry.deployment(model);
    const { canary, champion } = now;
    if (runId !== undefined && canary?.rollout !== runId) {
      return { rolledBack: "nothing", from: null, to: champion ?? null };
    }
    if (canary !== undefined) {
      await registry.changeDeployment({ now, routing: withoutCanary(now) }, { by, why });
      return { rolledBack: "canary", from: canary.version, to: champion ?? null };
    }
    const before = championBefore(await registry.events(model, MOST_EVENTS));
    if (before === undefined || champion === undefined) {
      throw new ConflictError(
        `there was no champion of ${model} before the present one; promote a version instead`,
      );
    }
    const routing = underChampion(now, before);
    await registry.changeDeployment({ now, routing, champion: before }, { by, why });
    return { rolledBack: "champion", from: champion, to: before };
  };
