import type { AccessTokens } from "../core/access/access-token.ts";
import { InvalidInputError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { ALIAS_NAMES, type AliasName } from "../core/registry/records.ts";
import type { Registry } from "../core/registry/registry.ts";
import type { Backfill } from "./backfill-missing.ts";
import type { Executions } from "./executions.ts";
import type { StoredAlert } from "./recent-alerts.ts";
import type { StoredAnswersDeps } from "./stored-answers.ts";

export interface ControlApiDeps {
  /** Folder that this platform keeps everything in. */
  readonly home: string;
  readonly registry: Registry;
  readonly tokens: AccessTokens;
  readonly store: StoredAnswersDeps["store"] & Pick<ObjectStore, "head" | "localPath" | "putFile">;
  /** Newest first. */
  readonly recentAlerts: () => Promise<readonly StoredAlert[]>;
  readonly executions: Executions;
  /** The promote function: checks the version before the alias moves. */
  readonly promote: (input: unknown) => Promise<unknown>;
  /** Divide traffic, and take back what was deployed last. */
  readonly deployment: Readonly<Record<"route" | "rollback", (input: unknown) => Promise<unknown>>>;
  /** Fills the state of a stream from its past. */
  readonly backfill: Backfill;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One call of the control api. `path` has the parts that its pattern leaves open, in their order. */
export type ControlCall = (
  deps: ControlApiDeps,
  path: readonly string[],
  input: { readonly query: URLSearchParams; readonly body: unknown },
) => Promise<ControlAnswer>;

export const found = (body: unknown): ControlAnswer => ({ status: 200, body });

export function aliasName(text: string | undefined): AliasName {
  const alias = ALIAS_NAMES.find((name) => name === text);
  if (!alias) {
    throw new InvalidInputError(
      `an alias is one of ${ALIAS_NAMES.join(", ")}, got ${JSON.stringify(text)}`,
    );
  }
  return alias;
}

/** Longest name of a model or a run; the registry's server takes no key that is far longer. */
export const LONGEST_NAME = 80;
