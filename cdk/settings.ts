import { originsOf } from "../core/access/cors.ts";
import { InvalidInputError } from "../core/errors.ts";

/** What a deployment may choose; `docs/deploy.md` explains each. */
export interface Settings {
  /** Part of the stack's name. `prod` and `production` protect what it holds against removal. */
  readonly stage: string;
  readonly architecture: "x86_64" | "arm64";
  /** Who may call the prediction URL: signed requests of IAM identities, who has a token, or everyone. */
  readonly endpointAuth: "iam" | "tokens" | "none";
  /** Requests a second that one instance of the function takes of one IAM principal; 0 means no limit. */
  readonly principalRate: number;
  /** Origins whose pages may call the prediction URL, such as https://shop.example.com. */
  readonly allowedOrigins: readonly string[];
  /** `sse-s3`: keys that AWS owns, no cost. `kms`: a key of this account, about 1 USD a month. */
  readonly encryption: "sse-s3" | "kms";
  readonly logRetentionDays: number;
  /** Days that logged predictions are kept. */
  readonly predictionRetentionDays: number;
  /** Days that a replaced or removed object can still be brought back. */
  readonly noncurrentVersionDays: number;
  /** Alarm threshold for the 99th percentile of the prediction URL's latency. */
  readonly latencyAlarmMs: number;
  /** The account's quota of concurrent executions of Lambda; an alarm tells when 80% are used. */
  readonly accountConcurrency: number;
  /** Address of the folder `docs/runbooks`; alerts end with it. */
  readonly runbookBaseUrl?: string;
  /** USD a month that the deployment may cost before an alert; 0 means no budget. */
  readonly monthlyBudgetUsd: number;
  /** Subscribed to alerts. */
  readonly alertEmail?: string;
  /** On everything that can be tagged, beside `application` and `stage`. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARN or name of the managed policy that bounds every role of the stack. */
  readonly permissionsBoundary?: string;
  readonly account?: string;
  readonly region?: string;
}

/** Whether stack and registry of a stage refuse to be removed. */
export const isProtected = (stage: string): boolean => ["prod", "production"].includes(stage);

/** Looks up a context value: `cdk.json`, then `-c key=value`, which is always text. */
export type ReadContext = (key: string) => unknown;

/** The values that CloudWatch Logs accepts. Source: PutRetentionPolicy, Amazon CloudWatch Logs API. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/**
 * Settings of the stage that the context names. A value at the top of the context, where `-c key=value`
 * puts it, wins over the one in `stages.<stage>`, and that over the one in `stages.*`, which is for all.
 *
 * @throws {InvalidInputError} naming the context key, its value and what is allowed.
 */
export function readSettings(context: ReadContext): Settings {
  const stage =
    textOf(context, "stage", /^[a-z][a-z0-9]{0,19}$/, "1 to 20 of a-z and 0-9, a letter first") ??
    "dev";
  const asked = new Set<string>();
  const sources = stagesOf(context, stage);
  const settings = settingsOf(stage, (key) => {
    asked.add(key);
    return [context(key), ...sources.map(([, values]) => values[key])].find(
      (value) => value !== undefined,
    );
  });
  for (const [name, values] of sources) {
    const unknown = Object.keys(values).find((key) => !asked.has(key));
    if (unknown !== undefined) {
      throw wrong(`stages.${name}`, values, `made of ${[...asked].toSorted().join(", ")}`);
    }
  }
  return settings;
}

type StageValues = Readonly<Record<string, unknown>>;

/** What the context says of one stage, then of every stage. */
function stagesOf(
  context: ReadContext,
  stage: string,
): readonly (readonly [string, StageValues])[] {
  const stages = context("stages") ?? {};
  if (!isPlainObject(stages) || !Object.values(stages).every(isPlainObject)) {
    throw wrong(
      "stages",
      stages,
      'an object of objects, such as {"production": {"encryption": "kms"}}',
    );
  }
  return [stage, "*"].map((name) => [name, (stages[name] ?? {}) as StageValues] as const);
}

function settingsOf(stage: string, context: ReadContext): Settings {
  const logRetentionDays = numberOf(context, "logRetentionDays", 90, [1, 3653]);
  if (!LOG_RETENTION_DAYS.includes(logRetentionDays)) {
    throw wrong("logRetentionDays", logRetentionDays, `one of ${LOG_RETENTION_DAYS.join(", ")}`);
  }
  const optional = {
    alertEmail: textOf(context, "alertEmail", /^\S+@\S+$/, "an e-mail address"),
    account: textOf(context, "account", /^\d{12}$/, "twelve digits"),
    region: textOf(context, "region", /^[a-z]{2}(-[a-z]+)+-\d$/, "a region such as eu-central-1"),
    runbookBaseUrl: textOf(
      context,
      "runbookBaseUrl",
      /^https?:\/\/\S{1,400}$/,
      "an http(s) address",
    ),
    permissionsBoundary: textOf(
      context,
      "permissionsBoundary",
      /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+|[\w+=,.@-]{1,128})$/,
      "the ARN or the name of a managed policy",
    ),
  };
  return {
    stage,
    architecture: oneOf(context, "architecture", ["x86_64", "arm64"]),
    endpointAuth: oneOf(context, "endpointAuth", ["iam", "tokens", "none"]),
    principalRate: numberOf(context, "principalRate", 0, [0, 1_000_000]),
    allowedOrigins: allowedOrigins(context),
    encryption: oneOf(context, "encryption", ["sse-s3", "kms"]),
    logRetentionDays,
    predictionRetentionDays: numberOf(context, "predictionRetentionDays", 400, [1, 36_500]),
    noncurrentVersionDays: numberOf(context, "noncurrentVersionDays", 30, [1, 36_500]),
    latencyAlarmMs: numberOf(context, "latencyAlarmMs", 2_000, [1, 900_000]),
    accountConcurrency: numberOf(context, "accountConcurrency", 1_000, [10, 1_000_000]),
    // Above what a small team's deployment costs, below one always-on endpoint: docs/cost.md.
    monthlyBudgetUsd: numberOf(context, "monthlyBudgetUsd", 50, [0, 1_000_000]),
    tags: tagsOf(context),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function oneOf<const Choice extends string>(
  context: ReadContext,
  key: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = context(key) ?? choices[0];
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw wrong(key, value, choices.join(" or "));
  return choice;
}

function allowedOrigins(context: ReadContext): readonly string[] {
  const key = "allowedOrigins";
  const value = context(key) ?? [];
  try {
    return originsOf(value);
  } catch {
    throw wrong(key, value, "at most 100 origins such as https://shop.example.com, each by name");
  }
}

function numberOf(
  context: ReadContext,
  key: string,
  otherwise: number,
  [min, max]: readonly [number, number],
): number {
  const value = Number(context(key) ?? otherwise);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw wrong(key, context(key), `a whole number from ${min} to ${max}`);
}

/** Source: "Tag naming limits and requirements", Tagging AWS Resources user guide. */
const TAG_KEY = /^(?!aws:)[\p{L}\p{N}\p{Z}_.:/=+\-@]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]{0,256}$/u;

/** Tags of a deployment: an object, or text such as `team=risk,cost-center=42`. */
function tagsOf(context: ReadContext): Readonly<Record<string, string>> {
  const value = context("tags") ?? {};
  const tags = typeof value === "string" ? parseTags(value) : value;
  const isRight =
    isPlainObject(tags) &&
    Object.entries(tags).every(
      ([key, text]) => TAG_KEY.test(key) && typeof text === "string" && TAG_VALUE.test(text),
    );
  if (!isRight) throw wrong("tags", value, 'text by name, such as {"team": "risk"} or team=risk');
  if ("application" in tags || "stage" in tags) {
    throw wrong("tags", value, "without application and stage, which Millrace sets itself");
  }
  return tags as Readonly<Record<string, string>>;
}

function parseTags(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = "", ...rest] = pair.split("=");
      // a tag without "=" has no value, and an empty name is refused with the rest
      return [rest.length === 0 ? "" : key.trim(), rest.join("=").trim()];
    }),
  );
}

function isPlainObject(value: unknown): value is StageValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(context: ReadContext, key: string, pattern: RegExp, allowed: string) {
  const value = context(key);
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string" && pattern.test(value)) return value;
  throw wrong(key, value, allowed);
}

function wrong(key: string, value: unknown, allowed: string): InvalidInputError {
  return new InvalidInputError(
    `context ${key} is ${JSON.stringify(value)}; it must be ${allowed} (cdk.json, or -c ${key}=…)`,
  );
}
