import { describe, expect, it } from "vitest";
import { resourcesOf, synthesizedStack } from "./synthesized-stack.ts";

const { template } = synthesizedStack();

/** What a role may do, one line an action and resource; what every function has is left out. */
function allowed(functionName: string): readonly string[] {
  const path = [...resourcesOf(template, "AWS::IAM::Policy")].find(([name]) =>
    name.includes(`/${functionName}Role/`),
  );
  return (path?.[1].Properties.PolicyDocument.Statement ?? [])
    .flatMap(({ Action, Resource }: { Action: unknown; Resource: unknown }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((arn) => `${action} ${named(arn)}`)),
    )
    .filter((line: string) => !/^(logs|xray):/.test(line))
    .toSorted();
}

/** An ARN as `Objects/models/*`: the construct's id and what follows. */
function named(arn: unknown): string {
  return JSON.stringify(arn)
    .replace(/\{"Fn::Join":\["",\[(.*)\]\]\}/, "$1")
    .replace(
      /\{"(?:Fn::GetAtt|Ref)":\[?"(?:Platform)?([A-Za-z]+?)[0-9A-F]{8}"(?:,"Arn"\])?\}/,
      "$1",
    )
    .replaceAll(/[",]/g, "");
}

const registry = (...actions: string[]) => actions.map((action) => `dynamodb:${action} Registry`);
const CHANGE_DEPLOYMENT = registry(
  ...["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
);
const READ_REGISTRY = registry("GetItem", "Query");
const read = (...prefixes: string[]) =>
  prefixes.map((prefix) => `s3:GetObject Objects/${prefix}/*`);
const write = (...prefixes: string[]) => [
  ...read(...prefixes),
  ...prefixes.map((prefix) => `s3:PutObject Objects/${prefix}/*`),
];
const LIST = ["s3:ListBucket Objects"];

describe("grants of each function", () => {
  it.each([
    ["StartRun", [...read("definitions"), ...LIST, ...registry("GetItem", "Query", "PutItem")]],
    ["StageSource", [...read("definitions", "runs", "sources"), ...write("staged"), ...LIST]],
    [
      "Prepare",
      [
        ...read("definitions", "sources", "staged", "streams"),
        ...write("datasets", "runs"),
        ...LIST,
      ],
    ],
    ["Train3008", [...read("definitions", "datasets", "models"), ...write("runs"), ...LIST]],
    ["Train10240", [...read("definitions", "datasets", "models"), ...write("runs"), ...LIST]],
    ["CollectCandidate", [...read("runs"), ...LIST]],
    ["Narrow", [...read("definitions"), ...write("runs"), ...LIST]],
    [
      "Evaluate",
      [...read("definitions", "datasets", "models"), ...write("runs"), ...LIST, ...READ_REGISTRY],
    ],
    [
      "Register",
      [
        ...read("definitions", "datasets", "runs"),
        ...write("models"),
        ...LIST,
        ...registry("GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"),
      ],
    ],
    [
      "Promote",
      [
        ...read("definitions", "models"),
        ...LIST,
        ...registry("GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"),
      ],
    ],
    ["EndRun", registry("GetItem", "PutItem", "UpdateItem")],
    ["Notify", [...read("runs"), ...LIST, "sns:Publish Alerts"]],
    [
      "Predict",
      [
        ...read("definitions", "models", "streams"),
        ...LIST,
        ...READ_REGISTRY,
        "dynamodb:BatchGetItem Features",
        "sqs:SendMessage FeaturesEventQueue",
        "sqs:SendMessage PredictionQueue",
      ],
    ],
    [
      "LogPredictions",
      [
        ...write("predictions"),
        ...LIST,
        ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes"].map(
          (action) => `sqs:${action} PredictionQueue`,
        ),
        ...["GetQueueUrl", "ReceiveMessage"].map((action) => `sqs:${action} PredictionQueue`),
      ],
    ],
    [
      "IngestEvents",
      [
        ...write("streams"),
        ...LIST,
        ...registry("Query"),
        ...["BatchGetItem", "PutItem", "DeleteItem"].map((action) => `dynamodb:${action} Features`),
        ...["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes"].map(
          (action) => `sqs:${action} FeaturesEventQueue`,
        ),
        ...["GetQueueUrl", "ReceiveMessage"].map((action) => `sqs:${action} FeaturesEventQueue`),
      ],
    ],
    [
      "CheckDrift",
      [
        ...read("definitions", "models", "predictions"),
        ...write("reports"),
        ...LIST,
        ...registry("GetItem", "Query", "PutItem"),
      ],
    ],
    ["StartBatch", [...write("batches"), ...LIST, ...READ_REGISTRY]],
    [
      "PredictFile",
      [
        ...read("definitions", "models", "sources", "streams"),
        ...write("batches"),
        ...LIST,
        ...registry("GetItem"),
      ],
    ],
    ["EndBatch", [...write("batches"), ...LIST]],
    [
      "Route",
      [
        ...read("definitions", "models"),
        ...LIST,
        ...registry("GetItem", "Query", "PutItem", "UpdateItem"),
      ],
    ],
    ["StartRollout", [...read("definitions", "models"), ...LIST, ...CHANGE_DEPLOYMENT]],
    ["AdvanceRollout", [...read("predictions"), ...LIST, ...CHANGE_DEPLOYMENT]],
    ["Rollback", CHANGE_DEPLOYMENT],
    [
      "RegisterDefinitions",
      [
        ...write("definitions", "streams"),
        ...LIST,
        ...registry("GetItem", "PutItem", "UpdateItem"),
      ],
    ],
  ])("let %s do what it does and no more", (name, expected) => {
    expect(allowed(name)).toEqual(expected.toSorted());
  });

  it("let the training state machine read what runs planned, whose shards it lists", () => {
    const [, policy] =
      [...resourcesOf(template, "AWS::IAM::Policy")].find(([path]) =>
        path.startsWith("Training/Workflow/StateMachine/Role/"),
      ) ?? [];
    const objects = (policy?.Properties.PolicyDocument.Statement ?? []).filter(
      ({ Action }: { readonly Action: unknown }) => JSON.stringify(Action).includes("s3:"),
    );

    expect(
      objects.map(({ Action, Resource }: { Action: string; Resource: unknown }) => [
        Action,
        named(Resource),
      ]),
    ).toEqual([["s3:GetObject", "Objects/runs/*"]]);
  });

  it("let the batch state machine list the files of batches, and read none", () => {
    const [, policy] =
      [...resourcesOf(template, "AWS::IAM::Policy")].find(([path]) =>
        path.startsWith("Batch/Workflow/StateMachine/Role/"),
      ) ?? [];
    const objects = (policy?.Properties.PolicyDocument.Statement ?? []).filter(
      ({ Action }: { readonly Action: unknown }) => JSON.stringify(Action).includes("s3:"),
    );

    expect(objects).toMatchObject([
      {
        Action: "s3:ListBucket",
        Condition: { StringLike: { "s3:prefix": ["batches/*", "sources/*"] } },
      },
    ]);
  });

  it("allow every resource only to traces and log delivery, which know none", () => {
    const actions = [...resourcesOf(template, "AWS::IAM::Policy").values()]
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Resource }) => Resource === "*")
      .flatMap(({ Action }) => Action);

    expect(actions).not.toEqual([]);
    expect(actions.filter((action: string) => !/^(xray|logs):/.test(action))).toEqual([]);
  });

  it("let nobody remove objects or records", () => {
    const policies = [...resourcesOf(template, "AWS::IAM::Policy")];
    const isIngest = (path: string) => path.includes("/IngestEventsRole/");
    const others = policies.filter(([path]) => !isIngest(path));

    expect(JSON.stringify(others)).not.toMatch(
      /s3:Delete|dynamodb:(Delete|BatchWrite)|s3:\*|dynamodb:\*/,
    );
    // the state of features is computed anew as events come in, and can be computed again
    expect(allowed("IngestEvents").filter((line) => /:Delete(?!Message)/.test(line))).toEqual([
      "dynamodb:DeleteItem Features",
    ]);
  });
});
