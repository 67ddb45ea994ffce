import { RefusedError } from "../client.ts";
import { type CostCommand, cost } from "../cost/cost.ts";
import { isSound } from "../doctor/finding.ts";
import { doctorReport } from "../doctor/report.ts";
import { settingsOf } from "../settings.ts";
import { table } from "../table.ts";
import type { CommandLine } from "./command-line.ts";

interface LogsCommand {
  readonly stack: string;
  readonly region?: string;
  readonly id?: string;
  readonly hours: string;
}

interface SqlOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly format?: string;
  readonly most: string;
}

/** Commands for those who run the platform. */
export function operationCommands({ program, client, print }: CommandLine): void {
  program
    .command("cost <model>")
    .description("what training, monitoring, serving and storing cost on AWS, by what was measured")
    .option("--region <region>", "whose prices; the deployment's, or us-east-1")
    .option("--predictions <n>", "predictions a month", "1000000")
    .option("--request-ms <ms>", "duration of a request, in place of what was measured")
    .option("--log-write-ms <ms>", "duration of a write of the prediction log, likewise")
    .option("--stack <name>", "measure this deployment instead of the local platform")
    .option("--measured <file>", "what an earlier --json measured, instead of measuring")
    .option("--prices <file>", "your own price table, in the form of core/cost/prices.json")
    .option("--free-tier", "take off what AWS gives for free each month")
    .option("--compare", "compare with endpoints that are paid by the hour")
    .action(async (model: string, options: CostCommand) => {
      const { json, text } = await cost(client(), model, options);
      print(json, text);
    });

  program
    .command("doctor")
    .description("look at the local platform, or at a deployment, and say what is wrong")
    .option("--stack <name>", "look at this deployment instead of the local platform")
    .option("--region <region>", "where it is deployed; the AWS profile's if absent")
    .action(async ({ stack, region }: { stack?: string; region?: string }) => {
      const settings = settingsOf(process.env);
      // the clients of AWS take half a second to load, which no other command should wait for
      const { examineDeployment, examineLocal } = await import("../doctor/examine.ts");
      const findings = stack
        ? await examineDeployment(stack, region, settings)
        : await examineLocal(client(), settings);
      print(findings, doctorReport(findings));
      if (!isSound(findings)) process.exitCode = 1;
    });

  program
    .command("sql <query>")
    .description("ask the prediction log a SELECT (docs/prediction-log.md)")
    .option("--stack <name>", "ask this deployment, in Athena, instead of the local platform")
    .option("--region <region>", "where it is deployed; the AWS profile's if absent")
    .option("--format <format>", "table, json or csv; json with --json")
    .option("--most <n>", "rows that are shown", "1000")
    .action(async (query: string, options: SqlOptions) => {
      const { sql } = await import("../sql.ts");
      const shape = options.format ?? (program.opts<{ json: boolean }>().json ? "json" : "table");
      console.log(await sql(query, { ...options, format: shape }));
    });

  program
    .command("logs <query>")
    .description("ask the logs of a deployment one of its saved queries (docs/runbooks)")
    .requiredOption("--stack <name>", "the deployment")
    .option("--region <region>", "where it is deployed; the AWS profile's if absent")
    .option("--id <id>", "of the run, request, prediction or trace that the query is about")
    .option("--hours <n>", "how far back", "3")
    .action(async (query: string, options: LogsCommand) => {
      const { askLogs } = await import("../logs.ts");
      const { awsClients } = await import("../deployment.ts");
      const hours = Number(options.hours);
      if (!(hours > 0)) throw new RefusedError(`hours are more than 0, got ${options.hours}`);
      const { logs } = awsClients(options.region);
      const rows = await askLogs({ logs, clock: Date.now }, { ...options, query, hours });
      print(rows, table(rows));
    });
}
