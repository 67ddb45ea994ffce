import { ConflictError, NotFoundError } from "../../core/errors.ts";
import type { AliasName, AliasRecord, AuditEvent, Change } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { itemKeys, keysBelow } from "./keys.ts";
import {
  eventChange,
  instantOf,
  type RegistryContext,
  recordOf,
  timeText,
  untilWritten,
} from "./registry-context.ts";
import type { Item, ItemChange } from "./registry-items.ts";

type AliasRecords = Pick<Registry, "moveAlias" | "aliases" | "aliasAt">;

export function aliasRecords(context: RegistryContext): AliasRecords {
  const { items } = context;

  return {
    moveAlias: ({ model, alias, version, expected }, change) =>
      untilWritten(async () => {
        await usableVersion(context, model, version);
        const item = await items.get(itemKeys.alias(model, alias));
        const from = item?.version as number | undefined;
        if (from === version) return { from, to: version };
        if (expected !== undefined && (from ?? null) !== expected) {
          throw new ConflictError(
            `alias ${alias} of model ${model} is at ${place(from)}, not at ${place(expected)}; read it again before you move it`,
          );
        }

        const done = await items.write(aliasMove(context, { model, alias, version, item }, change));
        if (!done) return undefined;
        return { ...(from !== undefined && { from }), to: version };
      }),

    async aliases(model) {
      const range = keysBelow(itemKeys.meta(model), "ALIAS#");
      const found = await items.list({ ...range, consistent: true });
      return found.map((item) => recordOf<AliasRecord>(item));
    },

    aliasAt: (model, alias, at) => aliasAt(context, model, alias, at),
  };
}

/**
 * Reads the history backwards from the instant to the alias's last move. Cost: the events between.
 * The moves of one alias have distinct times, so that there are no ties to break.
 */
async function aliasAt(
  { items }: RegistryContext,
  model: string,
  alias: AliasName,
  at: string,
): Promise<number | undefined> {
  const range = keysBelow(itemKeys.meta(model), `EVENT#${timeText(instantOf(at))}#`);
  const events = items.query({ ...range, from: "EVENT#", newestFirst: true, consistent: true });
  for await (const item of events) {
    const { kind, subject, to } = recordOf<AuditEvent>(item);
    if (kind === "alias-moved" && subject === alias) return Number(to);
  }
  return undefined;
}

/** A move of an alias, as part of a transaction. */
export function aliasMove(
  context: RegistryContext,
  {
    item,
    ...move
  }: {
    readonly model: string;
    readonly alias: AliasName;
    readonly version: number;
    /** The alias as it was read; the transaction holds only if it is still so. */
    readonly item: Item | undefined;
  },
  change: Change,
): readonly ItemChange[] {
  const { model, alias, version } = move;
  const from = item?.version as number | undefined;
  const since = timeOfMove(context, item?.since as string | undefined);
  return [
    {
      update: itemKeys.alias(model, alias),
      set: { ...move, since, by: change.by },
      condition: { version: from, since: item?.since },
    },
    { check: itemKeys.version(model, version), condition: { status: "registered" } },
    eventChange(context, {
      model,
      at: since,
      kind: "alias-moved",
      ...change,
      subject: alias,
      ...(from !== undefined && { from: String(from) }),
      to: String(version),
    }),
  ];
}

/** Now, but later than the alias's last move, on whatever machine and by whatever clock that was. */
function timeOfMove({ clock }: RegistryContext, last: string | undefined): string {
  return timeText(last === undefined ? clock() : Math.max(clock(), Date.parse(last) + 1));
}

/** @throws {NotFoundError} if there is no such version. @throws {ConflictError} if it was rejected. */
export async function usableVersion({ items }: RegistryContext, model: string, version: number) {
  const item = await items.get(itemKeys.version(model, version));
  if (!item) throw new NotFoundError(`there is no version ${version} of model ${model}`);
  if (item.status === "registered") return;
  throw new ConflictError(
    `version ${version} of model ${model} is ${item.status} and can hold no alias; choose one that passed its gates`,
  );
}

const place = (version: number | null | undefined) =>
  version === null || version === undefined ? "no version" : `version ${version}`;
