import type { Service } from "./service-calls.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body,
});

const json = (status: number, type: string, message: string): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify({ __type: type, message }),
});

const s3 = (status: number, code: string, message: string) =>
  xml(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);

const query = (status: number, code: string, message: string) =>
  xml(
    status,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  );

const DENIED = "User is not authorized to perform this action";
const SLOWER = "Rate exceeded";

/** How each service says that a role may not do something. Source: "Common errors" of their API references. */
export const ACCESS_DENIED: Readonly<Record<Service, Answer>> = {
  s3: s3(403, "AccessDenied", DENIED),
  dynamodb: json(400, "com.amazon.coral.service#AccessDeniedException", DENIED),
  sqs: json(403, "com.amazon.coral.service#AccessDeniedException", DENIED),
  sns: query(403, "AuthorizationError", DENIED),
};

/** How each service says that it is asked too often. Source: "Common errors" of their API references. */
export const THROTTLED: Readonly<Record<Service, Answer>> = {
  s3: s3(503, "SlowDown", SLOWER),
  dynamodb: json(400, "com.amazon.coral.availability#ThrottlingException", SLOWER),
  sqs: json(403, "com.amazonaws.sqs#RequestThrottled", SLOWER),
  sns: query(400, "Throttled", SLOWER),
};

/** What the agent beside a container answers it. Source: "Amazon ECS task IAM role", its developer guide. */
export const credentialsOf = (container: string): Answer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    AccessKeyId: container,
    SecretAccessKey: "secret",
    Token: "token",
    Expiration: "2099-01-01T00:00:00Z",
  }),
});
