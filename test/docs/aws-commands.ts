import * as cloudformation from "@aws-sdk/client-cloudformation";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3api from "@aws-sdk/client-s3";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as stepfunctions from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";
import { wordsOf } from "./markdown.ts";

/** One call of the AWS CLI in a page. */
export interface AwsCommand {
  readonly service: string;
  readonly operation: string;
  /** Without their dashes. */
  readonly options: readonly string[];
}

interface Allowed {
  readonly options: readonly string[];
  readonly required: readonly string[];
}

const SERVICES: Readonly<Record<string, object>> = {
  ...{ cloudformation, cloudwatch, dynamodb, lambda, logs },
  ...{ s3api, scheduler, sqs, stepfunctions },
};

/**
 * Commands of services whose client is no dependency, and those that the CLI adds to a service. Source: the page of
 * each in the AWS CLI Command Reference.
 */
const BY_HAND: Readonly<Record<string, Allowed>> = {
  "ce get-cost-and-usage": {
    options: ["time-period", "granularity", "filter", "metrics", "group-by"],
    required: ["time-period", "granularity", "metrics"],
  },
  "dynamodb wait": { options: ["table-name"], required: ["table-name"] },
  "kms cancel-key-deletion": { options: ["key-id"], required: ["key-id"] },
  "kms enable-key": { options: ["key-id"], required: ["key-id"] },
  "logs tail": { options: ["since", "follow", "format", "filter-pattern"], required: [] },
  "s3 cp": { options: ["recursive"], required: [] },
  "s3 ls": { options: ["recursive", "summarize", "human-readable"], required: [] },
  "service-quotas get-service-quota": {
    options: ["service-code", "quota-code"],
    required: ["service-code", "quota-code"],
  },
  "service-quotas request-service-quota-increase": {
    options: ["service-code", "quota-code", "desired-value"],
    required: ["service-code", "quota-code", "desired-value"],
  },
  "xray batch-get-traces": { options: ["trace-ids"], required: ["trace-ids"] },
};

/** Of every command. Source: "Command line options in the AWS CLI", AWS CLI user guide. */
const GLOBAL = ["query", "output", "region", "profile", "max-items", "cli-binary-format"];

/** Every call of the AWS CLI in a text: in blocks and in running text, `$(…)` being one word. */
export function awsCommandsOf(text: string): readonly AwsCommand[] {
  const flat = text.replace(/\\\n\s*/g, " ").replace(/\$\([^()]*\)/g, withoutNested);
  return [
    ...flat.matchAll(/(?:^|[`(;|]\s*)aws ([a-z0-9]+(?:-[a-z]+)*) ([a-z0-9-]+)([^`\n]*)/gm),
  ].map(([, service = "", operation = "", rest = ""]) => ({
    service,
    operation,
    options: wordsOf(beforePipe(rest))
      .filter((word) => /^--[a-z]/.test(word))
      .map((word) => word.slice(2)),
  }));
}

/** A call inside of another one is one on its own; the outer one sees a word. */
const withoutNested = (nested: string): string => (nested.startsWith("$(aws ") ? nested : "X");

const beforePipe = (rest: string): string => rest.split(/ [|>] /)[0] ?? "";

/** What is wrong with a call: a service, an operation or an option that there is not, or one that is missing. */
export function problemsOf({ service, operation, options }: AwsCommand): readonly string[] {
  const name = `aws ${service} ${operation}`;
  const allowed = BY_HAND[`${service} ${operation}`] ?? inputOf(service, operation);
  if (allowed === undefined) return [`${name} is no command`];
  const known = new Set([...allowed.options, ...GLOBAL]);
  const unknown = options.filter((option) => !known.has(option.replace(/^no-/, "")));
  // a command that is only mentioned has no options at all
  const missing =
    options.length === 0 ? [] : allowed.required.filter((option) => !options.includes(option));
  return [
    ...unknown.map((option) => `${name} has no option --${option}`),
    ...missing.map((option) => `${name} needs --${option}`),
  ];
}

/** Names and required names of an operation's input, from the schema that the service's client carries. */
function inputOf(service: string, operation: string): Allowed | undefined {
  const client = SERVICES[service];
  const name = operation.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) =>
    letter.toUpperCase(),
  );
  const schema: unknown = client && Reflect.get(client, `${name}$`);
  if (!Array.isArray(schema)) return undefined;
  // [kind, namespace, name, traits, input, output]; input: [kind, namespace, name, traits, names, types, how
  // many of the names are required]
  const input = schema[4]() as readonly unknown[];
  const names = (input[4] as readonly string[]).map(kebab);
  return { options: names, required: names.slice(0, Number(input[6] ?? 0)) };
}

const kebab = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
