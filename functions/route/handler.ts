import { ConflictError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { routeInput } from "../../core/rollout/messages.ts";
import { withBeside } from "../../core/routing/change-routing.ts";
import { type Deployment, versionsOf } from "../../core/routing/deployment.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { type LoadCheckDeps, loadCheck } from "../promote/load-check.ts";

export interface RouteDeps extends LoadCheckDeps {
  readonly registry: Pick<Registry, "version" | "deployment" | "changeDeployment">;
  readonly clock: Clock;
}

/** Sets a model's challengers and shadows; each that is new is loaded and tried before it sees traffic. */
export const makeHandler =
  (deps: RouteDeps) =>
  async (event: unknown): Promise<Deployment> => {
    const { model, by, why, revision, ...wanted } = parseMessage(routeInput, event);
    const now = await deps.registry.deployment(model);
    if (revision !== undefined && revision !== now.revision) {
      throw new ConflictError(
        `the deployment of ${model} is at revision ${now.revision}, not at ${revision}; read it again before you change it`,
      );
    }
    const routing = withBeside(now, wanted, new Date(deps.clock()).toISOString());
    const known = new Set(versionsOf(now));
    for (const version of versionsOf(routing)) {
      if (!known.has(version)) await loadCheck(deps, model, version);
    }
    return deps.registry.changeDeployment({ now, routing }, { by, why });
  };
