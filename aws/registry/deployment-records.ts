import { ConflictError } from "../../core/errors.ts";
import type { AliasRecord } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import {
  type Deployment,
  NO_ROUTING,
  type Routing,
  versionsOf,
} from "../../core/routing/deployment.ts";
import { routingText } from "../../core/routing/deployment-text.ts";
import { aliasMove, usableVersion } from "./alias-records.ts";
import { itemKeys } from "./keys.ts";
import { eventChange, nowText, type RegistryContext, recordOf } from "./registry-context.ts";
import type { Item, ItemChange } from "./registry-items.ts";

type DeploymentRecords = Pick<Registry, "deployment" | "changeDeployment">;

/** As it is stored: the champion is the alias's. */
type Stored = Omit<Deployment, "champion">;

export function deploymentRecords(context: RegistryContext): DeploymentRecords {
  return {
    deployment: (model) => deploymentOf(context, model),

    async changeDeployment(order, change) {
      const { now, champion = now.champion } = order;
      const { model } = now;
      const routing = routingOf(order.routing);
      const isMoved = champion !== now.champion;
      if (!isMoved && isSame(routing, now)) return now;

      for (const version of newVersions(now, { ...routing, ...withChampion(champion) })) {
        await usableVersion(context, model, version);
      }
      const revision = now.revision + 1;
      const stored: Stored = { model, revision, ...routing };
      const alias = await context.items.get(itemKeys.alias(model, "champion"));
      const done =
        alias?.version === now.champion &&
        (await context.items.write([
          ...replace(stored, now.revision),
          eventChange(context, {
            model,
            at: nowText(context),
            kind: "deployment-changed",
            ...change,
            subject: `revision ${revision}`,
            from: routingText(now),
            to: routingText(routing),
          }),
          ...(isMoved
            ? aliasMove(
                context,
                { model, alias: "champion", version: champion as number, item: alias },
                change,
              )
            : []),
        ]));
      if (done) return { ...stored, ...withChampion(champion) };
      throw new ConflictError(
        `the deployment of ${model} has changed since revision ${now.revision}; read it again before you change it`,
      );
    },
  };
}

/** One query: the item lies behind the aliases, and nothing lies between. */
async function deploymentOf({ items }: RegistryContext, model: string): Promise<Deployment> {
  const { pk, sk } = itemKeys.deployment(model);
  const found = await items.list({ pk, from: "ALIAS#", to: sk, consistent: true });
  const item = found.find((other) => other.sk === sk);
  const champion = found
    .map((other) => recordOf<AliasRecord>(other))
    .find(({ alias }) => alias === "champion")?.version;
  const stored: Stored = item ? storedOf(item) : { model, revision: 0, ...NO_ROUTING };
  return { ...stored, ...withChampion(champion) };
}

const storedOf = (item: Item): Stored => JSON.parse(item.deployment as string) as Stored;

/** As text: its parts are only ever read and written together. */
function replace(stored: Stored, before: number): readonly ItemChange[] {
  const { model, revision } = stored;
  return [
    {
      update: itemKeys.deployment(model),
      set: { model, revision, deployment: JSON.stringify(stored) },
      condition: { revision: before === 0 ? undefined : before },
    },
  ];
}

const routingOf = ({ challengers, shadows, canary }: Routing): Routing => ({
  challengers,
  shadows,
  ...(canary && { canary }),
});

const isSame = (routing: Routing, now: Deployment): boolean =>
  JSON.stringify(routing) === JSON.stringify(routingOf(now));

const withChampion = (champion: number | undefined) => (champion === undefined ? {} : { champion });

function newVersions(now: Deployment, next: Routing & { readonly champion?: number }) {
  const known = new Set(versionsOf(now));
  return versionsOf(next).filter((version) => !known.has(version));
}
