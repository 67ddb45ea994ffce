import type { Registry } from "../core/registry/registry.ts";
import { withoutCanary } from "../core/routing/change-routing.ts";

/**
 * Takes back canaries whose rollout ended with the platform: nobody would watch them.
 *
 * @returns names of the rollouts
 */
export async function endInterruptedRollouts(
  registry: Pick<Registry, "models" | "deployment" | "changeDeployment">,
): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const { model } of await registry.models()) {
    const now = await registry.deployment(model);
    if (now.canary === undefined) continue;
    const why = `the platform was stopped during rollout ${now.canary.rollout}`;
    await registry.changeDeployment({ now, routing: withoutCanary(now) }, { by: "platform", why });
    ended.push(now.canary.rollout);
  }
  return ended;
}
