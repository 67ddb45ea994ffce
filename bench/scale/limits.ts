/** A quota of AWS, and the page that says it. */
export interface Limit {
  readonly value: number;
  readonly unit: string;
  /** Title of the page. */
  readonly page: string;
  /** Whether it can be raised, and how far. */
  readonly raised: string;
  /** Whether the page itself was read, on 2026-11-24. */
  readonly isChecked: boolean;
}

const limit = (
  value: number,
  unit: string,
  page: string,
  raised: string,
  isChecked = true,
): Limit => ({ value, unit, page, raised, isChecked });

const LAMBDA = "Lambda quotas, AWS Lambda developer guide";
const INVOKE = "lambda invoke, AWS CLI command reference";
const SQS_SCALING =
  "Configuring scaling behavior for SQS event source mappings, AWS Lambda developer guide";
const SCALING = "Lambda scaling behavior, AWS Lambda developer guide";
const DYNAMODB = "Quotas in Amazon DynamoDB, developer guide";
const ON_DEMAND = "My on-demand Amazon DynamoDB table has throttling, AWS re:Post";

/** What bounds predictions on Lambda. */
export const LIMITS = {
  concurrency: limit(1_000, "requests at a time, account and region", LAMBDA, "tens of thousands"),
  requestsPerConcurrency: limit(
    10,
    "requests/s for each concurrency of the quota",
    "Understanding Lambda function scaling, AWS Lambda developer guide",
    "no",
    false,
  ),
  environmentsPerTenSeconds: limit(1_000, "environments each 10 s, function", SCALING, "no"),
  payloadBytes: limit(6 * 2 ** 20, "bytes of a request, and of an answer", INVOKE, "no"),
  messageBytes: limit(
    2 ** 20,
    "bytes of a message or batch of SQS",
    "Amazon SQS batch actions, developer guide",
    "no",
  ),
  messagesInFlight: limit(
    120_000,
    "messages of a standard queue received and not removed",
    "Amazon SQS message quotas, developer guide",
    "yes",
    false,
  ),
  logWriters: limit(
    1_000,
    "batches at a time of a queue's event source mapping",
    SQS_SCALING,
    "no",
  ),
  pollerBytesPerSecond: limit(
    2_000 * 1e6,
    "bytes/s of a mapping: at most 2,000 pollers of 1 MB/s, provisioned mode",
    "Lambda parameters for Amazon SQS event source mappings, AWS Lambda developer guide",
    "no",
  ),
  tableReadUnits: limit(40_000, "read units/s, on-demand table", DYNAMODB, "yes"),
  partitionReadUnits: limit(3_000, "read units/s, partition", ON_DEMAND, "no"),
  newTableReadUnits: limit(12_000, "read units/s of a new on-demand table", ON_DEMAND, "warm-up"),
  firehoseBytesPerSecond: limit(
    5 * 2 ** 20,
    "bytes/s, stream with direct PUT",
    "Amazon Kinesis Data Firehose Quota, developer guide",
    "yes",
  ),
} as const satisfies Readonly<Record<string, Limit>>;
