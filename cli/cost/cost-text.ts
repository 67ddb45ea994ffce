import type { CostEstimate, CostSection } from "../../core/cost/estimate-cost.ts";
import type { Measurements } from "../../core/cost/measurements.ts";
import { table } from "../table.ts";

/** What no estimate of Millrace contains. */
export const NOT_INCLUDED = [
  "data transferred out of AWS, and into other regions",
  "support, taxes, savings plans and discounts",
  "cold starts, retries, and requests that are refused",
  "start-run, promote, end-run and notify beyond their requests: they work for moments",
  "log lines of training and monitoring, the bucket's access logs, and questions to logs and to Athena",
  "requests to a key of your own",
  "answers above 6 MB, which Lambda bills by the byte when they are streamed",
] as const;

/** USD with as many digits as tell something. */
export function dollars(usd: number | null): string {
  if (usd === null) return "-";
  if (usd === 0) return "0.00";
  if (usd < 0.00005) return "<0.0001";
  return usd < 1
    ? usd.toFixed(4)
    : usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

const amount = (quantity: number | null): string => {
  if (quantity === null) return "not measured";
  if (Number.isInteger(quantity)) return quantity.toLocaleString("en");
  return quantity >= 1_000
    ? Math.round(quantity).toLocaleString("en")
    : quantity.toPrecision(3).replace(/e-(\d+)$/, "e-$1");
};

const unitPrice = (usd: number | null): string =>
  usd === null ? "no price" : usd.toFixed(12).replace(/0+$/, "").replace(/\.$/, "");

/** One section as a table, with its sum. */
export function sectionText({ id, title, lines, usd, isComplete }: CostSection): string {
  const sum = `= ${dollars(usd)} USD${isComplete ? "" : ", and what has no number above"}`;
  // a month of training is what stands above it, so many times
  if (lines.length === 0 || id === "training") return `${title}\n${sum}`;
  const rows = lines.map((line) => ({
    item: line.item,
    quantity: amount(line.quantity),
    unit: line.unit,
    "USD a unit": unitPrice(line.usdPerUnit),
    USD: dollars(line.usd),
    how: line.how,
  }));
  return `${title}\n${table(rows)}\n${sum}`;
}

/** The whole estimate, for people. */
export function estimateText(
  estimate: CostEstimate,
  measured: Measurements,
  notes: readonly string[],
): string {
  const { month, region, sections } = estimate;
  const incomplete = month.isComplete ? "" : ", and what has no number above";
  return [
    `${estimate.model}, prices of ${region}`,
    ...measuredText(measured),
    ...notes,
    ...sections.map((section) => `\n${sectionText(section)}`),
    `\nthe month: training, monitoring, serving one a request, storage and deployment\n= ${dollars(month.usd)} USD${incomplete}`,
    `\nnot in it:\n${NOT_INCLUDED.map((line) => `  ${line}`).join("\n")}`,
  ].join("\n");
}

function measuredText({ from, measuredAt, run, check, serving }: Measurements): readonly string[] {
  const place = from.kind === "local" ? `by the local platform at ${from.name}` : `in ${from.name}`;
  const lines = [`measured ${place}, ${measuredAt}`];
  if (from.kind === "local") {
    lines.push("durations are of this machine, not of Lambda; nothing is scaled");
  }
  if (run === null) lines.push("no run has succeeded and kept its durations: millrace train");
  if (check === null) lines.push("no drift check was timed: millrace check-drift");
  if (serving.oneRow === null) lines.push("no request with one row was logged: millrace predict");
  return lines;
}
