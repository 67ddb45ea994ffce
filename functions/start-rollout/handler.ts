import type { Clock } from "../../core/ports/clock.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type StartRolloutOutput, startRolloutInput } from "../../core/rollout/messages.ts";
import { planOf, waitSeconds } from "../../core/rollout/rollout-plan.ts";
import { underChampion, withCanary } from "../../core/routing/change-routing.ts";
import { shareText } from "../../core/routing/deployment-text.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { type LoadCheckDeps, loadCheck } from "../promote/load-check.ts";

export interface StartRolloutDeps extends LoadCheckDeps {
  readonly registry: Pick<Registry, "version" | "deployment" | "changeDeployment">;
  readonly clock: Clock;
}

/**
 * Gives a version its first share, after it was loaded and tried as the endpoint does. A retry finds
 * its canary and repeats the answer. Without a champion there is nothing to compare: it becomes champion.
 */
export const makeHandler =
  (deps: StartRolloutDeps) =>
  async (event: unknown): Promise<StartRolloutOutput> => {
    const { execution, input } = parseMessage(startRolloutInput, event);
    const { model, version, by, why, ...changes } = input;
    const { serving } = await loadCheck(deps, model, version);
    const plan = planOf(serving, changes);
    const times = { plan, waitSeconds: waitSeconds(plan) };
    const now = await deps.registry.deployment(model);
    if (now.champion === version) return { status: "promoted", ...times, why: "it is champion" };
    if (now.champion === undefined) {
      const routing = underChampion(now, version);
      await deps.registry.changeDeployment({ now, routing, champion: version }, { by, why });
      return { status: "promoted", ...times, why: "there was no champion to compare it with" };
    }
    const share = plan.steps[0] as number;
    if (now.canary?.rollout !== execution.name) {
      const at = new Date(deps.clock()).toISOString();
      const times = { startedAt: at, since: at };
      const routing = withCanary(now, {
        version,
        share,
        step: 0,
        rollout: execution.name,
        ...times,
      });
      await deps.registry.changeDeployment({ now, routing }, { by, why });
    }
    return { status: "started", ...times, why: `version ${version} has ${shareText(share)}` };
  };
