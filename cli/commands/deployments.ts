import type { AliasName } from "../../core/registry/records.ts";
import type { RollbackOutput } from "../../core/rollout/messages.ts";
import type { Deployment } from "../../core/routing/deployment.ts";
import { RefusedError } from "../client.ts";
import { deploymentText, type Experiment, experimentText } from "../deployment-text.ts";
import { type CommandLine, modelPath } from "./command-line.ts";

interface RouteCommand {
  readonly challenger: readonly string[];
  readonly shadow: readonly string[];
  readonly why: string;
  readonly revision?: string;
}

interface RolloutCommand {
  readonly why: string;
  readonly minutes?: string;
  readonly minPredictions?: string;
}

const collect = (value: string, before: readonly string[]) => [...before, value];

/** Commands about which versions see a model's traffic. */
export function deploymentCommands({ program, client, print }: CommandLine): void {
  program
    .command("deployment <model>")
    .description("which versions see the traffic, and how much of it")
    .action(async (model: string) => {
      const deployment = (await client().call(
        "GET",
        `${modelPath(model)}/deployment`,
      )) as Deployment;
      print(deployment, deploymentText(deployment));
    });

  program
    .command("route <model>")
    .description("set all challengers and shadows; without any the champion is alone")
    .option("--challenger <version=share>", "such as 3=0.1; may be repeated", collect, [])
    .option(
      "--shadow <version>",
      "scores every request, answers none; may be repeated",
      collect,
      [],
    )
    .option("--revision <n>", "of the deployment that you have seen")
    .requiredOption("--why <text>", "the reason, for the history")
    .action(async (model: string, options: RouteCommand) => {
      const body = {
        ...{ by: "cli", why: options.why },
        challengers: options.challenger.map(challengerOf),
        shadows: options.shadow.map(versionOf),
        ...(options.revision !== undefined && { revision: numberOf("revision", options.revision) }),
      };
      const path = `${modelPath(model)}/deployment`;
      const deployment = (await client().call("PUT", path, body)) as Deployment;
      print(deployment, deploymentText(deployment));
    });

  program
    .command("rollout <model> <version>")
    .description("let a version take over step by step; it is taken back by itself if it is worse")
    .option("--minutes <n>", "least time of a step; the definition's if absent")
    .option("--min-predictions <n>", "that a step needs; the definition's if absent")
    .requiredOption("--why <text>", "the reason, for the history")
    .action(async (model: string, version: string, options: RolloutCommand) => {
      const { minutes, minPredictions, why } = options;
      const body = {
        ...{ by: "cli", why, version: versionOf(version) },
        ...(minutes !== undefined && { minutes: numberOf("minutes", minutes) }),
        ...(minPredictions !== undefined && {
          minPredictions: numberOf("min-predictions", minPredictions),
        }),
      };
      const started = (await client().call("POST", `${modelPath(model)}/rollouts`, body)) as {
        readonly version: number;
        readonly execution: string;
      };
      const how = `follow it with millrace deployment ${model} and millrace history ${model}`;
      print(
        started,
        `version ${started.version} of ${model} is being rolled out as ${started.execution}; ${how}`,
      );
    });

  program
    .command("rollback <model>")
    .description("end the canary, or go back to the champion before; takes seconds")
    .requiredOption("--why <text>", "the reason, for the history")
    .action(async (model: string, { why }: { why: string }) => {
      const path = `${modelPath(model)}/rollbacks`;
      const done = (await client().call("POST", path, { by: "cli", why })) as RollbackOutput;
      const told = `${done.rolledBack} ${done.from} was taken back; version ${done.to} is champion`;
      print(done, `${model}: ${told}`);
    });

  program
    .command("ab <model>")
    .description("each challenger against the champion; may be looked at at any time")
    .action(async (model: string) => {
      const path = `${modelPath(model)}/experiments`;
      const experiments = (await client().call("GET", path)) as readonly Experiment[];
      print(experiments, experimentText(experiments));
    });
}

function challengerOf(text: string) {
  const [version = "", share] = text.split("=");
  if (share === undefined) {
    throw new RefusedError(`a challenger is version=share such as 3=0.1, got ${text}`);
  }
  return { version: versionOf(version), share: numberOf("share", share) };
}

/** A number, or an alias that the platform looks up. */
const versionOf = (text: string): number | AliasName =>
  /^\d+$/.test(text) ? Number(text) : (text as AliasName);

function numberOf(what: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new RefusedError(`${what} is a number, got ${JSON.stringify(text)}`);
}
