import type { Registry } from "../../core/registry/registry.ts";
import { type PromoteOutput, promoteInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { type LoadCheckDeps, loadCheck } from "./load-check.ts";

export interface PromoteDeps extends LoadCheckDeps {
  readonly registry: Pick<Registry, "version" | "moveAlias">;
}

/**
 * Loads a version as the endpoint does, lets it answer rows whose predictions are known, and only then
 * moves the alias. A retry finds the alias moved and changes nothing; a run whose gates were held
 * against a champion that has been replaced since is refused.
 */
export const makeHandler =
  (deps: PromoteDeps) =>
  async (event: unknown): Promise<PromoteOutput> => {
    const { model, version, alias, expected, by, why } = parseMessage(promoteInput, event);
    await loadCheck(deps, model, version);

    const move = await deps.registry.moveAlias(
      { model, alias, version, ...(expected !== undefined && { expected }) },
      { by, why },
    );
    return { alias, from: move.from ?? null, to: move.to };
  };
