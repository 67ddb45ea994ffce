import type { IncomingHttpHeaders } from "node:http";
import type { Asked } from "./iam-policy.ts";
import { ACCOUNT, REGION } from "./template-values.ts";

export const SERVICES = ["s3", "dynamodb", "sqs", "sns"] as const;
export type Service = (typeof SERVICES)[number];

/** A request of a function to a service, in IAM's words. */
export interface ServiceCall {
  /** Access key id that signed it. */
  readonly caller: string;
  readonly service: Service;
  /** Everything that must be allowed for it. */
  readonly asked: readonly Asked[];
  readonly isWrite: boolean;
  readonly body: string;
}

interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Reads what a request asks for, and who asks.
 *
 * Sources: "Required permissions for Amazon S3 API operations"; "IAM and transactions", Amazon DynamoDB
 * developer guide; "Actions, resources, and condition keys" of SQS and SNS, service authorization reference.
 *
 * @throws {Error} on an operation that no function is known to use: add it here
 */
export function serviceCall(request: Request): ServiceCall {
  const signed = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? "",
  );
  const service = SERVICES.find((name) => name === signed?.[2]);
  if (!signed?.[1] || !service) throw new Error(`unsigned, or of no known service: ${request.url}`);
  const asked = ASKED[service](request);
  const isWrite = asked.some(
    ({ action }) => !/:(Get|BatchGet|List|Query|Receive|ConditionCheck)/.test(action),
  );
  const body = service === "s3" ? "" : request.body.toString();
  return { caller: signed[1], service, asked, isWrite, body };
}

const ASKED: Readonly<Record<Service, (request: Request) => readonly Asked[]>> = {
  s3({ method, url }) {
    const [bucket = "", ...parts] = url.pathname.slice(1).split("/");
    const key = decodeURIComponent(parts.join("/"));
    const arn = `arn:aws:s3:::${bucket}`;
    if (key === "") {
      if (method === "GET") return [{ action: "s3:ListBucket", resource: arn }];
    } else if (method === "GET" || method === "HEAD") {
      return [{ action: "s3:GetObject", resource: `${arn}/${key}` }];
    } else if (method === "PUT") {
      return [{ action: "s3:PutObject", resource: `${arn}/${key}` }];
    }
    throw new Error(`a test does not know what S3's ${method} ${url.pathname}${url.search} needs`);
  },

  dynamodb({ headers, body }) {
    const operation = String(headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
    const input = JSON.parse(body.toString());
    if (operation === "BatchGetItem") {
      return Object.keys(input.RequestItems).map((TableName) => onTable(operation, { TableName }));
    }
    if (operation !== "TransactWriteItems") return [onTable(operation, input)];
    return input.TransactItems.flatMap((item: Readonly<Record<string, TableInput>>) =>
      Object.entries(item).map(([part, inner]) =>
        onTable(part === "ConditionCheck" ? "ConditionCheckItem" : `${part}Item`, inner),
      ),
    );
  },

  sqs({ headers, body }) {
    const action = String(headers["x-amz-target"]).replace("AmazonSQS.", "sqs:");
    const { QueueUrl, QueueName } = JSON.parse(body.toString());
    const name = QueueName ?? String(QueueUrl).split("/").at(-1);
    const batchless = action.replace(/Batch$/, "");
    return [{ action: batchless, resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` }];
  },

  sns({ body }) {
    const form = new URLSearchParams(body.toString());
    return [{ action: `sns:${form.get("Action")}`, resource: form.get("TopicArn") ?? "" }];
  },
};

interface TableInput {
  readonly TableName: string;
  readonly IndexName?: string;
}

function onTable(operation: string, { TableName, IndexName }: TableInput): Asked {
  const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${TableName}`;
  const resource = IndexName === undefined ? table : `${table}/index/${IndexName}`;
  return { action: `dynamodb:${operation}`, resource };
}
