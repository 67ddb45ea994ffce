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
const SCALING = "Lambda scaling behavior, AWS Lambda developer guide";
const DYNAMODB = "Quotas in Amazon DynamoDB, developer guide";
const ON_DEMAND = "My on-demand Amazon DynamoDB table has throttling, AWS re:Post";

/** What bounds predictions on Lambda. */
export const LIMITS = {
  concurrency: limit(1_000, "requests at a time, account and region", LAMBDA, "tens of thousands"),
  requestsPerConcurrency: limit(10, "requests/s for each concurrency of the quota", LAMBDA, "no"),
  environmentsPerTenSeconds: limit(1_000, "environments each 10 s, function", SCALING, "no"),
  payloadBytes: limit(6 * 2 ** 20, "bytes of a request, and of an answer", LAMBDA, "no"),
  messageBytes: limit(
    2 ** 20,
    "bytes of a message or batch of SQS",
    "Amazon SQS batch actions, developer guide",
    "no",
  ),
  tableReadUnits: limit(40_000, "read units/s, on-demand table", DYNAMODB, "yes", false),
  partitionReadUnits: limit(3_000, "read units/s, partition", ON_DEMAND, "no"),
  newTableReadUnits: limit(12_000, "read units/s of a new on-demand table", ON_DEMAND, "warm-up"),
  firehoseBytesPerSecond: limit(
    5 * 2 ** 20,
    "bytes/s, stream with direct PUT",
    "Amazon Kinesis Data Firehose Quota, developer guide",
    "yes",
  ),
} as const satisfies Readonly<Record<string, Limit>>;
