import { describe, expect, it } from "vitest";
import { grantsOf, isAllowed, type Statement } from "./iam-policy.ts";

const allow = (Action: string, Resource: string, rest: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...rest,
});
const GET = { action: "s3:GetObject", resource: "arn:aws:s3:::b/models/m/1" };

describe("isAllowed", () => {
  it.each([
    ["the very action and resource", allow("s3:GetObject", GET.resource), true],
    ["a wildcard below a prefix", allow("s3:GetObject", "arn:aws:s3:::b/models/*"), true],
    ["an action in other letters", allow("S3:getobject", GET.resource), true],
    ["a wildcard of actions", allow("s3:Get*", GET.resource), true],
    ["another prefix", allow("s3:GetObject", "arn:aws:s3:::b/runs/*"), false],
    ["another action", allow("s3:PutObject", GET.resource), false],
    ["a prefix without its wildcard", allow("s3:GetObject", "arn:aws:s3:::b/models/"), false],
    ["a dot that stands for itself", allow("s3:GetObject", "arn.aws:s3:::b/models/*"), false],
  ])("by %s", (_name, statement, expected) => {
    expect(isAllowed([statement], GET)).toBe(expected);
  });

  it("is not, where nothing is said or something denies it", () => {
    expect(isAllowed([], GET)).toBe(false);
    const deny = allow("s3:*", "*", { Effect: "Deny" });
    expect(isAllowed([allow("s3:GetObject", "*"), deny], GET)).toBe(false);
  });

  it("holds conditions against what the request says", () => {
    const Condition = { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } };
    const statement = allow("iam:PassRole", "*", { Condition });
    const asked = { action: "iam:PassRole", resource: "arn:aws:iam::1:role/r" };
    const to = (service: string) => ({ ...asked, context: { "iam:PassedToService": service } });

    expect(isAllowed([statement], to("ecs-tasks.amazonaws.com"))).toBe(true);
    expect(isAllowed([statement], to("lambda.amazonaws.com"))).toBe(false);
    expect(isAllowed([statement], asked)).toBe(false);
  });

  it("knows whether a key is there", () => {
    const ofCode = { Null: { "lambda:SourceFunctionArn": "false" } };
    const statements = [
      allow("ec2:*", "*"),
      allow("ec2:*", "*", { Effect: "Deny", Condition: ofCode }),
    ];
    const asked = { action: "ec2:DescribeSubnets", resource: "*" };

    expect(isAllowed(statements, asked)).toBe(true);
    const byCode = { ...asked, context: { "lambda:SourceFunctionArn": "arn" } };
    expect(isAllowed(statements, byCode)).toBe(false);
  });

  it("does not guess what an operator means", () => {
    const statement = allow("s3:GetObject", "*", { Condition: { DateGreaterThan: { k: "v" } } });
    expect(() => isAllowed([statement], GET)).toThrow(/DateGreaterThan/);
  });
});

describe("grantsOf", () => {
  it("gives each action on each resource that is allowed", () => {
    const statement: Statement = { Effect: "Allow", Action: ["a:X", "a:Y"], Resource: ["1", "2"] };
    const deny: Statement = { Effect: "Deny", Action: "a:Z", Resource: "1" };
    expect(grantsOf([statement, deny]).map(({ action, resource }) => action + resource)).toEqual([
      "a:X1",
      "a:X2",
      "a:Y1",
      "a:Y2",
    ]);
  });
});
