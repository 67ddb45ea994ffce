#!/usr/bin/env node
import { Command } from "commander";
import { PlatformError } from "../core/errors.ts";
import { RefusedError } from "./client.ts";
import { accessCommands } from "./commands/access.ts";
import { commandLine } from "./commands/command-line.ts";
import { dataCommands } from "./commands/data.ts";
import { deploymentCommands } from "./commands/deployments.ts";
import { featureCommands } from "./commands/features.ts";
import { operationCommands } from "./commands/operations.ts";
import { predictionCommands } from "./commands/predictions.ts";
import { trainingCommands } from "./commands/training.ts";
import { versionCommands } from "./commands/versions.ts";

const program = new Command("millrace")
  .description("Trains, promotes and asks models on a running Millrace platform")
  .option(
    "--url <url>",
    "where the platform listens",
    process.env.MILLRACE_URL ?? `http://127.0.0.1:${process.env.PORT ?? 4700}`,
  )
  .option("--json", "print JSON for machines", false);

const line = commandLine(program);
trainingCommands(line);
dataCommands(line);
predictionCommands(line);
versionCommands(line);
deploymentCommands(line);
featureCommands(line);
operationCommands(line);
accessCommands(line);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof RefusedError || error instanceof PlatformError)) throw error;
  console.error(`millrace: ${error.message}`);
  process.exitCode = 1;
}
