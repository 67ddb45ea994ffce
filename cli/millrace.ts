#!/usr/bin/env node
import { Command } from "commander";
import { PlatformError } from "../core/errors.ts";
import { headlineMetrics } from "../core/evaluation/metric-words.ts";
import { compareReports } from "../core/quality/compare-reports.ts";
import type { QualityReport } from "../core/quality/quality-report.ts";
import { alertText } from "../core/quality/report-text.ts";
import type {
  AliasRecord,
  AuditEvent,
  RunRecord,
  VersionRecord,
} from "../core/registry/records.ts";
import type { LeaderboardEntry } from "../core/run/leaderboard.ts";
import { type BatchCommand, batch } from "./batch.ts";
import { platformClient, RefusedError } from "./client.ts";
import { type CostCommand, cost } from "./cost/cost.ts";
import type { DatasetPlace } from "./dataset.ts";
import { isSound } from "./doctor/finding.ts";
import { doctorReport } from "./doctor/report.ts";
import type { BackfillCommand, FeaturesPlace } from "./features/features.ts";
import { followExecution, followRun } from "./follow-run.ts";
import { leaderboardText } from "./leaderboard-text.ts";
import { changeRow, findingRow } from "./quality-rows.ts";
import { readJson } from "./read-json.ts";
import { runSummary } from "./run-summary.ts";
import { settingsOf } from "./settings.ts";
import { table } from "./table.ts";

const program = new Command("millrace")
  .description("Trains, promotes and asks models on a running Millrace platform")
  .option(
    "--url <url>",
    "where the platform listens",
    process.env.MILLRACE_URL ?? `http://127.0.0.1:${process.env.PORT ?? 4700}`,
  )
  .option("--json", "print JSON for machines", false);

const client = () => platformClient(program.opts<{ url: string }>().url);
const modelPath = (model: string) => `/api/models/${encodeURIComponent(model)}`;

function print(answer: unknown, text: string): void {
  console.log(program.opts<{ json: boolean }>().json ? JSON.stringify(answer, null, 2) : text);
}

program
  .command("models")
  .description("list the models and their champions")
  .action(async () => {
    const models = (await client().call("GET", "/api/models")) as (Record<string, string> & {
      aliases: AliasRecord[];
    })[];
    const rows = models.map(({ model, owner, aliases }) => ({
      model,
      champion: aliases.find(({ alias }) => alias === "champion")?.version,
      owner,
    }));
    print(models, table(rows));
  });

program
  .command("init <name>")
  .description("write models/<name>/model.ts from a file of rows")
  .requiredOption(
    "--from <file>",
    ".csv, .jsonl (both also .gz or .zst), .parquet, or .json with an array",
  )
  .action(async (name: string, { from }: { from: string }) => {
    // DuckDB takes a while to load, which no other command should wait for
    const { initModel, initSummary } = await import("./init/init.ts");
    const made = await initModel(name, { from, models: settingsOf(process.env).modelsFolder });
    print(made, initSummary(made));
  });

program
  .command("train <model>")
  .description("start a training run and wait for its end")
  .option("--reason <text>", "why, for the history", "asked for on the command line")
  .action(async (model: string, { reason }: { reason: string }) => {
    const order = { reason, requestedBy: "cli" };
    const { runId } = (await client().call("POST", `${modelPath(model)}/runs`, order)) as {
      runId: string;
    };
    const { json } = program.opts<{ json: boolean }>();
    if (!json) console.log(`run ${runId}`);
    const execution = await followRun(client(), model, runId, (line) => {
      if (!json) console.log(line);
    });
    const { run } = (await client().call("GET", `${modelPath(model)}/runs/${runId}`)) as {
      run: RunRecord | null;
    };
    const path = `${modelPath(model)}/runs/${runId}/leaderboard`;
    // without a record the run failed before its first state
    const tried =
      run === null ? [] : ((await client().call("GET", path)) as readonly LeaderboardEntry[]);
    const summary = await runSummary(client(), model, run, execution);
    print(
      { ...run, states: execution.states, leaderboard: tried },
      [leaderboardText(tried), summary].filter((text) => text !== "").join("\n\n"),
    );
    if (run === null || run.status === "failed") process.exitCode = 1;
  });

program
  .command("predict <model>")
  .description("ask the champion, or one version")
  .requiredOption("--input <file>", 'JSON: {"instances":[…]}, a list of instances, or one instance')
  .option("--model-version <n>", "this version instead of the champion")
  .action(async (model: string, options: { input: string; modelVersion?: string }) => {
    const instances = instancesOf(await readJson(options.input));
    const version = options.modelVersion === undefined ? "" : `/versions/${options.modelVersion}`;
    const path = `/models/${encodeURIComponent(model)}${version}/predictions`;
    const answer = (await client().call("POST", path, { instances })) as {
      version: number;
      predictions: Record<string, unknown>[];
    };
    print(answer, `${model} version ${answer.version}\n${table(answer.predictions)}`);
  });

program
  .command("batch <model> [files...]")
  .description("predict every row of Parquet and CSV files, and wait for the end")
  .option("--name <name>", "of the batch; started again, it does what is missing")
  .option("--model-version <n>", "this version instead of the champion")
  .option("--reason <text>", "why, for the report", "asked for on the command line")
  .action(async (model: string, files: readonly string[], options: BatchCommand) => {
    const { json } = program.opts<{ json: boolean }>();
    const { execution, text } = await batch(
      client(),
      { model, files, now: new Date() },
      options,
      (line) => {
        if (!json) console.log(line);
      },
    );
    print(execution, text);
    if (execution.status === "failed") process.exitCode = 1;
  });

program
  .command("versions <model>")
  .description("list the versions, newest first")
  .action(async (model: string) => {
    const versions = (await client().call(
      "GET",
      `${modelPath(model)}/versions`,
    )) as VersionRecord[];
    const { aliases } = (await client().call("GET", modelPath(model))) as {
      aliases: AliasRecord[];
    };
    const rows = versions.map((v) => ({
      version: v.version,
      status: v.status,
      alias:
        aliases
          .filter((a) => a.version === v.version)
          .map((a) => a.alias)
          .join(",") || "-",
      candidate: v.candidate,
      ...Object.fromEntries(headlineMetrics(v.metrics).map((name) => [name, v.metrics[name]])),
      dataset: v.datasetDigest.slice(0, 12),
      created: v.createdAt,
      reasons: v.reasons.join("; ") || "-",
    }));
    print(versions, table(rows));
  });

program
  .command("runs <model>")
  .description("list the training runs, newest first")
  .action(async (model: string) => {
    const runs = (await client().call("GET", `${modelPath(model)}/runs`)) as RunRecord[];
    const rows = runs.map((run) => ({
      run: run.runId,
      status: run.status,
      version: run.version,
      started: run.startedAt,
      reason: run.reason,
      error: run.error ? `${run.error.name}: ${run.error.message}` : "-",
    }));
    print(runs, table(rows));
  });

program
  .command("quality <model>")
  .description("what the data of a run was like, and what changed since another")
  .option("--run <id>", "the run; the newest one with a report if absent")
  .option("--against <id>", "an earlier run to compare it with")
  .action(async (model: string, options: { run?: string; against?: string }) => {
    const reportOf = async (run: string) =>
      (await client().call(
        "GET",
        `${modelPath(model)}/runs/${encodeURIComponent(run)}/quality`,
      )) as QualityReport;
    const runs = (await client().call("GET", `${modelPath(model)}/runs`)) as RunRecord[];
    const run = options.run ?? runs.find(({ status }) => status !== "running")?.runId;
    if (run === undefined) throw new RefusedError(`${model} has no run that has ended`);
    const report = await reportOf(run);
    if (options.against === undefined) {
      print(report, `${alertText(report)}\n\n${table(report.findings.map(findingRow))}`);
      return;
    }
    const changes = compareReports(await reportOf(options.against), report);
    print(changes, changes.length === 0 ? "nothing changed" : table(changes.map(changeRow)));
  });

program
  .command("promote <model> <version>")
  .description("point an alias at a version, after a load check")
  .requiredOption("--why <text>", "the reason, for the history")
  .option("--alias <name>", "champion, challenger or shadow", "champion")
  .action(async (model: string, version: string, options: { why: string; alias: string }) => {
    if (!/^\d+$/.test(version)) {
      throw new RefusedError(`a version is a whole number, got ${JSON.stringify(version)}`);
    }
    const move = { version: Number(version), by: "cli", why: options.why };
    const path = `${modelPath(model)}/aliases/${options.alias}`;
    const moved = (await client().call("PUT", path, move)) as { from: number | null; to: number };
    print(moved, `${options.alias} of ${model}: ${moved.from ?? "nothing"} -> ${moved.to}`);
  });

program
  .command("champion <model>")
  .description("which version is champion, or was at a moment")
  .option("--at <instant>", "ISO 8601, such as 2026-01-31T12:00:00Z")
  .action(async (model: string, { at }: { at?: string }) => {
    const query = at === undefined ? "" : `?at=${encodeURIComponent(at)}`;
    const answer = (await client().call("GET", `${modelPath(model)}/aliases/champion${query}`)) as {
      version: number | null;
    };
    print(answer, answer.version === null ? "none yet" : String(answer.version));
  });

program
  .command("history <model>")
  .description("who changed what, when and why, newest first")
  .action(async (model: string) => {
    const events = (await client().call("GET", `${modelPath(model)}/events`)) as AuditEvent[];
    const rows = events.map(({ at, kind, by, subject, from, to, why }) => {
      const change =
        from === undefined && to === undefined ? "-" : `${from ?? "-"} -> ${to ?? "-"}`;
      return { at, kind, subject: shortDigests(subject), change: shortDigests(change), by, why };
    });
    print(events, table(rows));
  });

program
  .command("check-drift <model>")
  .description("compare the last window of predictions with the champion's baseline")
  .action(async (model: string) => {
    const { execution } = (await client().call("POST", `${modelPath(model)}/checks`, {})) as {
      execution: string;
    };
    const ended = await followExecution(client(), execution, () => {});
    const drift = (ended.output as { drift?: { verdict: string; predictions: number } })?.drift;
    print(ended, drift ? `${drift.verdict} (${drift.predictions} predictions)` : ended.status);
    if (ended.status === "failed") process.exitCode = 1;
  });

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
  .command("dataset <model> [digest]")
  .description("splits, source objects and statistics of a dataset; of the newest one if absent")
  .option("--stack <name>", "this deployment instead of the local platform")
  .option("--region <region>", "where it is deployed; the AWS profile's if absent")
  .action(async (model: string, digest: string | undefined, place: DatasetPlace) => {
    const { dataset } = await import("./dataset.ts");
    const { json, text } = await dataset(client(), { model, digest }, place);
    print(json, text);
  });

const features = program
  .command("features")
  .description("features of streams: what there is, and the state that they are read from");

const inPlace = (command: Command) =>
  command
    .option("--stack <name>", "this deployment instead of the local platform")
    .option("--region <region>", "where it is deployed; the AWS profile's if absent");

inPlace(features.command("list"))
  .description("list every feature, with who uses it")
  .action(async (place: FeaturesPlace) => {
    const { listFeatures } = await import("./features/features.ts");
    const { json, text } = await listFeatures(client(), place);
    print(json, text);
  });

inPlace(features.command("show <name>"))
  .description("declaration, users, owner, freshness and online state of a feature")
  .action(async (name: string, place: FeaturesPlace) => {
    const { describeFeature } = await import("./features/features.ts");
    const { json, text } = await describeFeature(client(), place, name);
    print(json, text);
  });

inPlace(features.command("backfill <stream>"))
  .description("fill the state of a stream from its past; may be run again at any time")
  .option("--from <instant>", "events from here on, at most as far back as the features need")
  .option("--until <instant>", "events before it")
  .action(async (stream: string, options: BackfillCommand) => {
    const { backfill } = await import("./features/features.ts");
    const { json, text } = await backfill(client(), stream, options, (line) => {
      if (!program.opts<{ json: boolean }>().json) console.error(line);
    });
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
    const { examineDeployment, examineLocal } = await import("./doctor/examine.ts");
    const findings = stack
      ? await examineDeployment(stack, region, settings)
      : await examineLocal(client(), settings);
    print(findings, doctorReport(findings));
    if (!isSound(findings)) process.exitCode = 1;
  });

program
  .command("logs <query>")
  .description("ask the logs of a deployment one of its saved queries (docs/runbooks)")
  .requiredOption("--stack <name>", "the deployment")
  .option("--region <region>", "where it is deployed; the AWS profile's if absent")
  .option("--id <id>", "of the run, request, prediction or trace that the query is about")
  .option("--hours <n>", "how far back", "3")
  .action(async (query: string, options: LogsCommand) => {
    const { askLogs } = await import("./logs.ts");
    const { awsClients } = await import("./deployment.ts");
    const hours = Number(options.hours);
    if (!(hours > 0)) throw new RefusedError(`hours are more than 0, got ${options.hours}`);
    const { logs } = awsClients(options.region);
    const rows = await askLogs({ logs, clock: Date.now }, { ...options, query, hours });
    print(rows, table(rows));
  });

interface LogsCommand {
  readonly stack: string;
  readonly region?: string;
  readonly id?: string;
  readonly hours: string;
}

/** A digest is told by its first characters; `--json` has all of them. */
const shortDigests = (text: string) => text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");

function instancesOf(input: unknown): unknown {
  if (Array.isArray(input)) return input;
  const wrapped = (input as { readonly instances?: unknown } | null)?.instances;
  return wrapped ?? [input];
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof RefusedError || error instanceof PlatformError)) throw error;
  console.error(`millrace: ${error.message}`);
  process.exitCode = 1;
}
