/**
 * What docs/cost.md must say, by the code: the output of each command of the page, and its summary.
 * `node test/docs/cost-page.ts` writes it into the page, after prices or measurements have changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Client, RefusedError } from "../../cli/client.ts";
import { type CostCommand, cost } from "../../cli/cost/cost.ts";
import { dollars } from "../../cli/cost/cost-text.ts";
import type { CostSection } from "../../core/cost/estimate-cost.ts";
import { wordsOf } from "./markdown.ts";

export const COST_PAGE = "docs/cost.md";
const MEASURED = "docs/cost/flight-delay.json";
/** As of the measurement: a warning about old prices depends on the day, and is tested elsewhere. */
const NOW = new Date("2026-11-23T18:00:00.000Z");

/** The commands of the page measure nothing themselves. */
const noPlatform: Client = {
  url: "",
  call: () => Promise.reject(new RefusedError("the page asks no platform")),
};

const COMMAND_AND_OUTPUT = /```sh\nnpx (millrace cost [^\n]*)\n```\n\n```text\n[\s\S]*?\n```/g;
const SUMMARY = /<!-- summary -->\n[\s\S]*?\n<!-- end of summary -->/;

const SUMMARY_ROWS: readonly (readonly [CostSection["id"], string])[] = [
  ["run", "one training run, from three million rows to a promoted version"],
  ["training", "training a month, on its schedule"],
  ["monitoring", "a drift check every hour, a month"],
  ["serving", "1,000,000 predictions, one a request, logged"],
  ["batches", "1,000,000 predictions, 100 a request, logged"],
  ["storage", "keeping data, versions, reports and the registry, a month"],
  ["idle", "the deployment itself when nobody uses it, a month"],
];

/** The page with everything that comes from the code in its place. */
export async function renderedCostPage(page: string): Promise<string> {
  let rendered = page;
  for (const [block, command = ""] of page.matchAll(COMMAND_AND_OUTPUT)) {
    const text = await outputOf(command);
    const output = `\`\`\`sh\nnpx ${command}\n\`\`\`\n\n\`\`\`text\n${text}\n\`\`\``;
    rendered = rendered.replace(block, () => output);
  }
  const table = await summary();
  return rendered.replace(SUMMARY, () => `<!-- summary -->\n${table}\n<!-- end of summary -->`);
}

/** How many outputs of commands the page has. */
export const outputsIn = (page: string): number => [...page.matchAll(COMMAND_AND_OUTPUT)].length;

async function outputOf(command: string): Promise<string> {
  const [, , model = "", ...words] = wordsOf(command);
  const { text } = await cost(noPlatform, model, optionsOf(words), NOW);
  return text;
}

/** `--request-ms 20 --compare` as commander hands it on. */
function optionsOf(words: readonly string[]): CostCommand {
  const options: Record<string, string | boolean> = { predictions: "1000000" };
  for (let i = 0; i < words.length; i++) {
    const name = (words[i] ?? "")
      .slice(2)
      .replaceAll(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
    const value = words[i + 1];
    if (value === undefined || value.startsWith("--")) options[name] = true;
    else {
      options[name] = value;
      i += 1;
    }
  }
  return options as unknown as CostCommand;
}

async function summary(): Promise<string> {
  const measured = { predictions: "1000000", measured: MEASURED };
  const careful = { ...measured, requestMs: "20", logWriteMs: "100" };
  const [fast, slow] = await Promise.all(
    [measured, careful].map((command) => cost(noPlatform, "flight-delay", command, NOW)),
  );
  const sum = (part?: { readonly usd: number; readonly isComplete: boolean }) =>
    `${dollars(part?.usd ?? null)}${part?.isComplete ? "" : " and more"}`;
  const usd = (answer: typeof fast, id: CostSection["id"]) =>
    sum(answer?.json.estimate?.sections.find((section) => section.id === id));
  const rows = SUMMARY_ROWS.map(
    ([id, what]) => `| ${what} | ${usd(fast, id)} | ${usd(slow, id)} |`,
  );
  const month = [fast, slow].map((answer) => sum(answer?.json.estimate?.month));
  return [
    "| USD in us-east-1, nothing free taken off | as measured | 20 ms a request, 100 ms a write of the log |",
    "|---|---|---|",
    ...rows,
    `| **the month: all but the first and the batches** | ${month.join(" | ")} |`,
  ].join("\n");
}

if (import.meta.main) {
  writeFileSync(COST_PAGE, await renderedCostPage(readFileSync(COST_PAGE, "utf8")));
}
