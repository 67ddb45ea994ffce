import { describe, expect, it } from "vitest";
import { serviceCall } from "./service-calls.ts";

const ACCOUNT = "us-east-1:000000000000";

const request = (service: string, method: string, path: string, body = "", target = "") => ({
  method,
  url: new URL(path, "http://127.0.0.1"),
  headers: {
    authorization: `AWS4-HMAC-SHA256 Credential=Train.3/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    "x-amz-target": target,
  },
  body: Buffer.from(body),
});

const actionsOf = (...of: Parameters<typeof request>) =>
  serviceCall(request(...of)).asked.map(({ action, resource }) => `${action} ${resource}`);

describe("serviceCall", () => {
  it("says who asks, by the key that signed", () => {
    const call = serviceCall(request("s3", "GET", "/bucket/models/a%20b"));

    expect(call).toMatchObject({ caller: "Train.3", service: "s3", isWrite: false });
  });

  it.each([
    ["GET", "/bucket/models/a%20b", "s3:GetObject arn:aws:s3:::bucket/models/a b"],
    ["HEAD", "/bucket/models/1", "s3:GetObject arn:aws:s3:::bucket/models/1"],
    ["PUT", "/bucket/models/1", "s3:PutObject arn:aws:s3:::bucket/models/1"],
    ["GET", "/bucket/?list-type=2&prefix=p", "s3:ListBucket arn:aws:s3:::bucket"],
  ])("reads %s %s of S3", (method, path, expected) => {
    expect(actionsOf("s3", method, path)).toEqual([expected]);
  });

  it("takes a transaction of DynamoDB apart", () => {
    const TableName = "T";
    const items = [
      { Put: { TableName } },
      { Update: { TableName } },
      { ConditionCheck: { TableName } },
    ];
    const body = JSON.stringify({ TransactItems: items });
    const target = "DynamoDB_20120810.TransactWriteItems";

    expect(actionsOf("dynamodb", "POST", "/", body, target)).toEqual(
      ["PutItem", "UpdateItem", "ConditionCheckItem"].map(
        (name) => `dynamodb:${name} arn:aws:dynamodb:${ACCOUNT}:table/T`,
      ),
    );
  });

  it("reads an index of DynamoDB, a queue of SQS and a topic of SNS", () => {
    const query = JSON.stringify({ TableName: "T", IndexName: "I" });
    expect(actionsOf("dynamodb", "POST", "/", query, "DynamoDB_20120810.Query")).toEqual([
      `dynamodb:Query arn:aws:dynamodb:${ACCOUNT}:table/T/index/I`,
    ]);
    const send = JSON.stringify({ QueueUrl: "http://127.0.0.1/000000000000/Q" });
    expect(actionsOf("sqs", "POST", "/", send, "AmazonSQS.SendMessage")).toEqual([
      `sqs:SendMessage arn:aws:sqs:${ACCOUNT}:Q`,
    ]);
    const publish = "Action=Publish&TopicArn=arn%3Aaws%3Asns%3A1";
    expect(actionsOf("sns", "POST", "/", publish)).toEqual(["sns:Publish arn:aws:sns:1"]);
  });

  it("refuses what it does not know: nothing passes unseen", () => {
    expect(() => actionsOf("s3", "DELETE", "/bucket/key")).toThrow(/DELETE/);
    expect(() => actionsOf("kms", "POST", "/")).toThrow(/of no known service/);
    expect(() => serviceCall({ ...request("s3", "GET", "/b/k"), headers: {} })).toThrow(/unsigned/);
  });
});
