import { compareReports } from "../../core/quality/compare-reports.ts";
import type { QualityReport } from "../../core/quality/quality-report.ts";
import { alertText } from "../../core/quality/report-text.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import { RefusedError } from "../client.ts";
import type { DatasetPlace } from "../dataset.ts";
import { changeRow, findingRow } from "../quality-rows.ts";
import { settingsOf } from "../settings.ts";
import { table } from "../table.ts";
import { type CommandLine, inPlace, modelPath } from "./command-line.ts";

/** Commands about the rows that a model learns from. */
export function dataCommands({ program, client, print }: CommandLine): void {
  program
    .command("init <name>")
    .description("write models/<name>/model.ts from a file of rows")
    .requiredOption(
      "--from <file>",
      ".csv, .jsonl (both also .gz or .zst), .parquet, or .json with an array",
    )
    .action(async (name: string, { from }: { from: string }) => {
      // DuckDB takes a while to load, which no other command should wait for
      const { initModel, initSummary } = await import("../init/init.ts");
      const made = await initModel(name, { from, models: settingsOf(process.env).modelsFolder });
      print(made, initSummary(made));
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

  inPlace(program.command("dataset <model> [digest]"))
    .description("splits, source objects and statistics of a dataset; of the newest one if absent")
    .action(async (model: string, digest: string | undefined, place: DatasetPlace) => {
      const { dataset } = await import("../dataset.ts");
      const { json, text } = await dataset(client(), { model, digest }, place);
      print(json, text);
    });
}
