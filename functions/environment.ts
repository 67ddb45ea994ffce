import { z } from "zod";
import { RUNBOOK_FOLDER } from "../core/observability/runbooks.ts";
import { parseMessage } from "../core/run/parse-message.ts";

const text = z.string().min(1);

/** Each setting with its variable, and what may stand in it. */
const SETTINGS = {
  bucket: ["MILLRACE_BUCKET", text],
  table: ["MILLRACE_TABLE", text],
  predictionQueueUrl: ["MILLRACE_PREDICTION_QUEUE_URL", z.url()],
  eventQueueUrl: ["MILLRACE_EVENT_QUEUE_URL", z.url()],
  featureTable: ["MILLRACE_FEATURE_TABLE", text],
  /** Whether the endpoint takes events and reads features. */
  hasFeatures: ["MILLRACE_HAS_FEATURES", z.enum(["yes", "no"]).default("no")],
  /** Whom the endpoint answers: whoever AWS let through by a signature, whoever has a token, everybody. */
  auth: ["MILLRACE_AUTH", z.enum(["iam", "tokens", "none"]).default("none")],
  /** Requests a second that an instance takes of one principal that signs; 0 means no limit. */
  principalRate: ["MILLRACE_PRINCIPAL_RATE", z.string().regex(/^\d+$/).default("0")],
  alertTopicArn: ["MILLRACE_ALERT_TOPIC_ARN", text.startsWith("arn:")],
  /** State machine that trains. */
  trainingArn: ["MILLRACE_TRAINING_ARN", text.startsWith("arn:")],
  computePlaces: ["MILLRACE_COMPUTE_PLACES", text],
  gitCommit: ["MILLRACE_GIT_COMMIT", text],
  /** Of this function, in MB. Lambda sets it. */
  memoryMb: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE", z.string().regex(/^\d+$/)],
  /** Lambda sets it. */
  region: ["AWS_REGION", text],
  runbooks: ["MILLRACE_RUNBOOKS", text.default(RUNBOOK_FOLDER)],
  duckdbMemory: [
    "MILLRACE_DUCKDB_MEMORY",
    z.string().regex(/^\d+(\.\d+)?[KMGT]i?B$/, 'must be a size such as "1GB"'),
  ],
} as const;

type Setting = keyof typeof SETTINGS;

/** How a function was deployed. */
export type Environment = Readonly<Record<Setting, string>>;

/**
 * The environment variables of a function, each checked when it is first asked for: a function
 * needs only those that it reads.
 *
 * @throws {InvalidInputError} from a property whose variable is not set or wrong; names it.
 */
export function environmentOf(
  variables: Readonly<Record<string, string | undefined>>,
): Environment {
  return new Proxy({} as Environment, {
    get(_target, setting: string) {
      const known = SETTINGS[setting as Setting];
      if (!known) return undefined;
      const [variable, schema] = known;
      return Reflect.get(
        parseMessage(z.object({ [variable]: schema }), { [variable]: variables[variable] }),
        variable,
      );
    },
  });
}

/** The environment of this process. */
export const environment: Environment = environmentOf(process.env);
