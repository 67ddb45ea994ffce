import { z } from "zod";
import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import { type ArmComparison, compareArms } from "../core/experiments/compare-arms.ts";
import { ALIAS_NAMES } from "../core/registry/records.ts";
import type { Registry } from "../core/registry/registry.ts";
import { planChanges } from "../core/rollout/rollout-plan.ts";
import { parseMessage } from "../core/run/parse-message.ts";
import { armCounter } from "../engine/experiments/count-arms.ts";
import {
  type ControlAnswer,
  type ControlApiDeps,
  type ControlCall,
  found,
} from "./control-call.ts";

const order = {
  by: z.string().min(1).max(200).default("local"),
  why: z.string().min(1).max(500),
};
/** A version by its number, or by the alias that names it now. */
const version = z.union(
  [z.int().positive(), z.enum(ALIAS_NAMES)],
  `must be the number of a version, or ${ALIAS_NAMES.join(", ")}`,
);

const routeBody = z.strictObject({
  ...order,
  challengers: z.array(z.strictObject({ version, share: z.number() })).default([]),
  shadows: z.array(version).default([]),
  revision: z.int().min(0).optional(),
});
const rolloutBody = z.strictObject({ ...order, version, ...planChanges.shape });
const rollbackBody = z.strictObject(order);

/** Calls about which versions see a model's traffic. */
export const DEPLOYMENT_CALLS: readonly (readonly [string, string, ControlCall])[] = [
  ["GET", "/api/models/:/deployment", showDeployment],
  ["PUT", "/api/models/:/deployment", route],
  ["POST", "/api/models/:/rollouts", startRollout],
  ["POST", "/api/models/:/rollbacks", rollBack],
  ["GET", "/api/models/:/experiments", compare],
];

async function showDeployment(
  { registry }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  return found(await registry.deployment(model));
}

async function route(
  { registry, deployment }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const { challengers, shadows, ...rest } = parseMessage(routeBody, body);
  const versionOf = await versionNames(registry, model);
  const wanted = {
    challengers: challengers.map(({ version, share }) => ({ version: versionOf(version), share })),
    shadows: shadows.map(versionOf),
  };
  return found(await deployment.route({ model, ...rest, ...wanted }));
}

async function startRollout(
  { registry, executions }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const { version, ...rest } = parseMessage(rolloutBody, body);
  const versionOf = await versionNames(registry, model);
  const { name } = executions.start("rollout", { model, version: versionOf(version), ...rest });
  return { status: 202, body: { model, version: versionOf(version), execution: name } };
}

async function rollBack(
  { deployment }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  return found(await deployment.rollback({ model, ...parseMessage(rollbackBody, body) }));
}

/** One challenger against the champion, since it has its share and the champion is champion. */
export interface Experiment {
  readonly champion: number;
  readonly challenger: number;
  readonly share: number;
  readonly since: string;
  readonly metrics: readonly ArmComparison[];
}

async function compare(
  { registry, store }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  const { champion, challengers } = await registry.deployment(model);
  const alias = (await registry.aliases(model)).find((other) => other.alias === "champion");
  if (champion === undefined || alias === undefined) {
    throw new NotFoundError(`${model} has no champion to be compared with`);
  }
  const countArms = armCounter(store);
  const until = new Date(Date.now()).toISOString();
  const experiments: Experiment[] = [];
  for (const { version: challenger, share, since: asChallenger } of challengers) {
    const since = asChallenger > alias.since ? asChallenger : alias.since;
    const window = { from: since, until };
    const arms = await countArms({ model, champion, challenger, window });
    const metrics = compareArms(arms.champion, arms.challenger);
    experiments.push({ champion, challenger, share, since, metrics });
  }
  return found(experiments);
}

async function versionNames(registry: Pick<Registry, "aliases">, model: string) {
  const aliases = await registry.aliases(model);
  return (named: z.output<typeof version>): number => {
    if (typeof named === "number") return named;
    const found = aliases.find(({ alias }) => alias === named);
    if (found) return found.version;
    throw new InvalidInputError(`${named} of ${model} names no version; give a number`);
  };
}
