import { headlineMetrics } from "../../core/evaluation/metric-words.ts";
import type { AliasRecord, AuditEvent, VersionRecord } from "../../core/registry/records.ts";
import { RefusedError } from "../client.ts";
import { table } from "../table.ts";
import { type CommandLine, modelPath } from "./command-line.ts";

/** Commands about versions, and the aliases that point at them. */
export function versionCommands({ program, client, print }: CommandLine): void {
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
      const answer = (await client().call(
        "GET",
        `${modelPath(model)}/aliases/champion${query}`,
      )) as {
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
}

/** A digest is told by its first characters; `--json` has all of them. */
const shortDigests = (text: string) => text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");
