import type { LoadDefinition } from "../definition/loaded-definition.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import type { Clock } from "../ports/clock.ts";
import type { Registry } from "../registry/registry.ts";
import { type FallbackAnswers, fallbackAnswers } from "../routines/fallback-answers.ts";
import type { DeploymentCache } from "./deployment-cache.ts";
import { instanceParser, type ParseInstances } from "./parse-instances.ts";

/** Number of what answers where no version does. */
export const NO_VERSION = 0;

/** What is known of a model that may have to answer without a version. */
export interface FallbackVersion {
  readonly model: string;
  readonly definition: StoredDefinition;
  readonly parse: ParseInstances;
  /** Absent where the model has no fallback. */
  readonly fallback?: FallbackAnswers | undefined;
  /** The champion, where one is loaded. */
  readonly champion?: number;
}

export interface FallbackVersionsOptions {
  readonly deployments: Pick<DeploymentCache, "champion">;
  readonly registry: Pick<Registry, "model">;
  readonly loadDefinition: LoadDefinition;
  readonly clock: Clock;
}

/** Fallbacks of models. */
export interface FallbackVersions {
  /** As the loaded champion has it: nothing is waited for. */
  loaded(model: string): FallbackVersion | undefined;
  /** As the model's definition says it today; `undefined` where that cannot be had. Never rejects. */
  registered(model: string): Promise<FallbackVersion | undefined>;
}

/** How long what was found, or not found, is not looked for again. */
const KEPT_MS = 10_000;
/** Names come from callers. */
const MOST_KEPT = 1_000;

interface Kept {
  readonly found: Promise<FallbackVersion | undefined>;
  readonly until: number;
}

export function fallbackVersions(options: FallbackVersionsOptions): FallbackVersions {
  const { deployments, registry, loadDefinition, clock } = options;
  const kept = new Map<string, Kept>();

  const read = async (model: string): Promise<FallbackVersion | undefined> => {
    try {
      const { definitionDigest } = await registry.model(model);
      const { definition, compute } = await loadDefinition(model, definitionDigest);
      const fallback = fallbackAnswers(definition, compute);
      return { model, definition, parse: instanceParser(definition), fallback };
    } catch {
      // What it is asked for failed already, and is what the caller is told.
      return undefined;
    }
  };

  return {
    loaded(model) {
      const champion = deployments.champion(model);
      if (champion === undefined) return undefined;
      const { definition, parse, fallback, version } = champion;
      return { model, definition, parse, fallback, champion: version };
    },
    registered(model) {
      const known = kept.get(model);
      if (known !== undefined && clock() < known.until) return known.found;
      if (kept.size >= MOST_KEPT) kept.clear();
      const found = read(model);
      kept.set(model, { found, until: clock() + KEPT_MS });
      return found;
    },
  };
}
