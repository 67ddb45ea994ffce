import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storageKeys } from "../../core/storage-keys.ts";
import { synthesizedStack } from "../cdk/synthesized-stack.ts";
import { createResources, type DeployedResources } from "./deployed-resources.ts";
import {
  type CloudAssembly,
  type DeployedFunction,
  type DeployedTask,
  type Deployment,
  deploymentOf,
} from "./deployment.ts";
import { uploadPackages } from "./fargate.ts";
import type { Fault } from "./faults.ts";
import { type FunctionPackages, functionPackages } from "./function-packages.ts";
import { functionPool } from "./function-pool.ts";
import { type GuardedServices, guardedServices } from "./guarded-services.ts";
import { type Invoked, type Invoker, invoker, type Workers } from "./invoker.ts";
import { type RoleUses, roleUses } from "./role-uses.ts";
import { taskContainers } from "./task-processes.ts";
import { type Change, writeBrokenSource, writeModels, writeSource } from "./test-models.ts";

/** The deployed stack at work on this machine: its functions as processes, its roles enforced. */
export interface WorkflowWorld extends RoleUses, Pick<DeployedResources, "store" | "registry"> {
  readonly deployment: Deployment;
  readonly services: GuardedServices;
  readonly invoker: Invoker;
  /** The processes of a function. */
  readonly workersOf: (fn: DeployedFunction) => Workers;
  /** The containers of a task definition. */
  readonly containersOf: (task: DeployedTask) => Workers;
  /** Bytes of the largest input or output of each state so far, by `machine/state`. */
  readonly sizes: Map<string, number>;
  /** Messages that the alert topic took. */
  readonly alerts: () => readonly { readonly subject: string; readonly message: string }[];
  /** Invokes the function of a folder by hand. */
  readonly call: (name: string, event: unknown, fault?: Fault) => Promise<Invoked>;
  readonly stop: () => Promise<void>;
}

type Models = Readonly<Record<string, readonly Change[]>>;

/** The model whose source has rows that break its contract. */
export const BROKEN_MODEL = "rejected";

/** @param models the flights model under these names, each with its changes */
export async function workflowWorld(models: Models): Promise<WorkflowWorld> {
  const stack = new AsyncDisposableStack();
  try {
    const folder = await mkdtemp(join(tmpdir(), "millrace-workflow-"));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const built = await build(folder, models);
    const world = await serve(folder, built, stack);
    for (const model of Object.keys(models)) {
      const rows = model === BROKEN_MODEL ? "broken" : "flights";
      await world.store.putFile(
        `sources/${model}/flights.parquet`,
        join(folder, `${rows}.parquet`),
      );
    }
    await world.store.putFile(
      storageKeys.streamHistory("flights", "flights-3m.parquet"),
      join(folder, "flights.parquet"),
    );
    return { ...world, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

interface Built {
  readonly packages: FunctionPackages;
  readonly assembly: CloudAssembly;
}

/** What exists before a deployment: packages, sources, and the template of a stack with these models. */
async function build(folder: string, models: Models): Promise<Built> {
  const modelsFolder = join(folder, "models");
  await writeModels(modelsFolder, models);
  const [packages] = await Promise.all([
    functionPackages(join(folder, "packages"), modelsFolder),
    writeSource(join(folder, "flights.parquet")),
    writeBrokenSource(join(folder, "broken.parquet")),
  ]);
  const outdir = join(folder, "assembly");
  const definitions = join(folder, "packages", "register-definitions", "definitions");
  const { template } = synthesizedStack({}, { outdir, definitions });
  return { packages, assembly: { template: template.toJSON() as never, folder: outdir } };
}

/** Starts services, and functions when they are first invoked. */
async function serve(
  folder: string,
  { packages, assembly }: Built,
  stack: AsyncDisposableStack,
): Promise<Omit<WorkflowWorld, "stop">> {
  const messages: string[] = [];
  const pool = functionPool({ packages, folder, endpoint: () => services.endpoint });
  stack.defer(pool.stop);
  const invocations = invoker();
  const services = await guardedServices(folder, {
    policyOf: (caller) => roles.policyOf(caller),
    before: invocations.before,
    after(call) {
      if (call.service === "sns") messages.push(call.body);
      invocations.after(call);
    },
    onAsked: (caller, asked, allowed) => roles.remember(caller, asked, allowed),
  });
  stack.defer(services.stop);
  stack.defer(invocations.settled);
  const deployment = deploymentOf(assembly, services.endpoint);
  const roles = roleUses(deployment);
  const { s3, store, registry } = await createResources(deployment, services, folder);
  await uploadPackages(s3, deployment.tasks, packages.pathOf("train"));
  const containers = { folder, endpoint: services.endpoint };
  return {
    ...roles,
    ...{ deployment, services, store, registry },
    invoker: invocations,
    workersOf: pool.workersOf,
    containersOf: (task) => taskContainers(task, containers),
    sizes: new Map(),
    alerts: () => messages.map(published),
    call(name, event, fault) {
      const fn = deployment.functions.find((other) => other.name === name);
      if (!fn) throw new Error(`the template has no function ${name}`);
      return invocations.invoke(pool.workersOf(fn), event, fault);
    },
  };
}

function published(form: string) {
  const fields = new URLSearchParams(form);
  return { subject: fields.get("Subject") ?? "", message: fields.get("Message") ?? "" };
}
