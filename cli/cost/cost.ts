import { type CostEstimate, estimateCost } from "../../core/cost/estimate-cost.ts";
import { type Measurements, parseMeasurements } from "../../core/cost/measurements.ts";
import {
  ageWarning,
  type PriceTable,
  parsePriceTable,
  priceTable,
} from "../../core/cost/price-table.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { type Client, RefusedError } from "../client.ts";
import { readJson } from "../read-json.ts";
import { type Comparison, compare, comparisonText } from "./compare.ts";
import { estimateText, NOT_INCLUDED } from "./cost-text.ts";
import { measureLocally } from "./measure-local.ts";

/** Options of `millrace cost`, as they are typed. */
export interface CostCommand {
  readonly region?: string;
  readonly predictions: string;
  readonly requestMs?: string;
  readonly logWriteMs?: string;
  readonly prices?: string;
  readonly measured?: string;
  readonly stack?: string;
  readonly freeTier?: boolean;
  readonly compare?: boolean;
}

export interface CostAnswer {
  readonly text: string;
  /** For machines; `measured` can be given back with --measured. */
  readonly json: {
    readonly measured: Measurements;
    readonly warnings: readonly string[];
    readonly notIncluded: readonly string[];
    readonly estimate?: CostEstimate;
    readonly comparison?: Comparison;
  };
}

/** Region of the prices where nothing says another. */
const DEFAULT_REGION = "us-east-1";

/**
 * What a model costs, by what was measured of it.
 *
 * @throws {RefusedError} on a wrong option, or where there is nothing to measure
 */
export async function cost(
  client: Client,
  model: string,
  command: CostCommand,
  now = new Date(),
): Promise<CostAnswer> {
  try {
    const prices = await readPrices(command.prices);
    const measured = await measure(client, model, command, now);
    return answer(measured, prices, command, now);
  } catch (cause) {
    if (!(cause instanceof InvalidInputError)) throw cause;
    throw new RefusedError(cause.message, { cause });
  }
}

function answer(
  measured: Measurements,
  prices: PriceTable,
  command: CostCommand,
  now: Date,
): CostAnswer {
  const region = command.region ?? regionOf(measured) ?? DEFAULT_REGION;
  const requestMs = optionalNumber("--request-ms", command.requestMs);
  const logWriteMs = optionalNumber("--log-write-ms", command.logWriteMs);
  const shared = {
    region,
    ...(requestMs !== undefined && { requestMs }),
    ...(logWriteMs !== undefined && { logWriteMs }),
  };
  const warnings = [ageWarning(prices, now.toISOString().slice(0, 10)), ...notesOf(command)].filter(
    (warning) => warning !== undefined,
  );
  const json = { measured, warnings, notIncluded: NOT_INCLUDED };
  if (command.compare) {
    const comparison = compare(measured, prices, shared);
    return { text: comparisonText(comparison), json: { ...json, comparison } };
  }
  const estimate = estimateCost(measured, prices, {
    ...shared,
    predictions: wholeNumber("--predictions", command.predictions),
    takesOffFree: command.freeTier ?? false,
  });
  return { text: estimateText(estimate, measured, warnings), json: { ...json, estimate } };
}

/** What people said in place of what was measured, and what is free. */
const notesOf = ({ requestMs, logWriteMs, freeTier }: CostCommand) => [
  requestMs === undefined
    ? undefined
    : `a request is taken to last ${requestMs} ms, as you say; that was not measured`,
  logWriteMs === undefined
    ? undefined
    : `a write of the prediction log is taken to last ${logWriteMs} ms, as you say; that was not measured`,
  freeTier
    ? "what AWS gives for free each month is taken off the month's sum, as if nothing else used it"
    : "what AWS gives for free each month is not taken off; --free-tier does",
];

async function measure(
  client: Client,
  model: string,
  { measured, stack, region }: CostCommand,
  now: Date,
): Promise<Measurements> {
  if (measured !== undefined) {
    const content = (await readJson(measured)) as { readonly measured?: unknown } | null;
    const found = parseMeasurements(content?.measured ?? content);
    if (found.model === model) return found;
    throw new RefusedError(`${measured} was measured of ${found.model}, not of ${model}`);
  }
  if (stack === undefined) return measureLocally(client, model, now.toISOString());
  // the SDK's clients take a moment to load, and only a deployment needs them
  const { describeDeployment } = await import("../deployment.ts");
  const { measureStack } = await import("./measure-stack.ts");
  return measureStack(await describeDeployment(stack, region), model, now);
}

/** `millrace-dev in eu-central-1` */
const regionOf = ({ from }: Measurements): string | undefined =>
  from.kind === "stack" ? from.name.split(" in ").at(-1) : undefined;

const readPrices = async (path: string | undefined): Promise<PriceTable> =>
  path === undefined ? priceTable() : parsePriceTable(await readJson(path));

function optionalNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new RefusedError(`${name} is a number from 0, got ${JSON.stringify(text)}`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RefusedError(`${name} is a whole number from 0, got ${JSON.stringify(text)}`);
}
