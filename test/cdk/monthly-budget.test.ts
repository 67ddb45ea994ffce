import { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { describe, expect, it } from "vitest";
import { MonthlyBudget } from "../../cdk/constructs/monthly-budget.ts";
import { type Resource, synthesizedStack, testApp } from "./synthesized-stack.ts";

const TAGS = { application: "millrace", stage: "dev" };

function setUp({ monthlyUsd = 50, withKey = false } = {}) {
  const stack = new Stack(testApp(), "millrace-dev");
  const key = withKey ? new Key(stack, "Key") : undefined;
  const alerts = new Topic(stack, "Alerts", { ...(key && { masterKey: key }) });
  const platform = { alerts, ...(key && { key }) };
  new MonthlyBudget(stack, "MonthlyBudget", { platform, monthlyUsd, tags: TAGS });
  return { stack, alerts, template: Template.fromStack(stack) };
}

const only = (template: Template, type: string) => {
  const found = Object.values(template.findResources(type)) as Resource[];
  expect(found).toHaveLength(1);
  return found[0]?.Properties;
};

describe("MonthlyBudget", () => {
  it("counts the costs of a month that carry every tag", () => {
    const { Budget } = only(setUp().template, "AWS::Budgets::Budget");

    expect(Budget).toMatchObject({
      BudgetType: "COST",
      TimeUnit: "MONTHLY",
      BudgetLimit: { Amount: 50, Unit: "USD" },
      FilterExpression: {
        And: [
          { Tags: { Key: "application", Values: ["millrace"], MatchOptions: ["EQUALS"] } },
          { Tags: { Key: "stage", Values: ["dev"], MatchOptions: ["EQUALS"] } },
        ],
      },
    });
  });

  it("tells the topic at 80% foreseen and 100% spent, by a name that leads to the runbook", () => {
    const { stack, alerts, template } = setUp();
    const properties = only(template, "AWS::Budgets::Budget");
    const told = properties.NotificationsWithSubscribers;

    const subscribers = [{ SubscriptionType: "SNS", Address: stack.resolve(alerts.topicArn) }];
    expect(told).toEqual([
      { Notification: notification("FORECASTED", 80), Subscribers: subscribers },
      { Notification: notification("ACTUAL", 100), Subscribers: subscribers },
    ]);
    expect(JSON.stringify(properties.Budget.BudgetName)).toContain("docs/runbooks/cost-spike.md");
  });

  it("lets AWS Budgets publish, for this account's budgets only", () => {
    const { stack, alerts, template } = setUp();

    const { PolicyDocument } = only(template, "AWS::SNS::TopicPolicy");

    expect(PolicyDocument.Statement).toEqual([
      {
        Sid: "Budgets",
        Effect: "Allow",
        Principal: { Service: "budgets.amazonaws.com" },
        Action: "sns:Publish",
        Resource: stack.resolve(alerts.topicArn),
        Condition: {
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
          ArnLike: { "aws:SourceArn": stack.resolve(arnOfBudgets(stack)) },
        },
      },
    ]);
  });

  it("lets AWS Budgets use the key of an encrypted topic", () => {
    const { KeyPolicy } = only(setUp({ withKey: true }).template, "AWS::KMS::Key");
    const statements: { Principal: { Service?: string }; Action: unknown }[] = KeyPolicy.Statement;

    const allowed = statements.filter(
      ({ Principal }) => Principal.Service === "budgets.amazonaws.com",
    );

    expect(JSON.stringify(allowed)).toContain("kms:Decrypt");
    expect(JSON.stringify(allowed)).toContain("kms:GenerateDataKey*");
  });

  it.each([0, -1, Number.NaN])("fails on a budget of %s USD", (monthlyUsd) => {
    expect(() => setUp({ monthlyUsd })).toThrow(/make it more than 0/);
  });
});

describe("the budget of a deployment", () => {
  it("is that of the settings, over what carries the deployment's tags", () => {
    const { template } = synthesizedStack({ monthlyBudgetUsd: 75, stage: "staging" });

    const { Budget } = only(template, "AWS::Budgets::Budget");

    expect(Budget.BudgetLimit.Amount).toBe(75);
    expect(JSON.stringify(Budget.FilterExpression)).toContain('"Values":["staging"]');
  });

  it("is none where the settings say 0", () => {
    const { template } = synthesizedStack({ monthlyBudgetUsd: 0 });

    template.resourceCountIs("AWS::Budgets::Budget", 0);
  });
});

const notification = (NotificationType: string, Threshold: number) => ({
  NotificationType,
  Threshold,
  ThresholdType: "PERCENTAGE",
  ComparisonOperator: "GREATER_THAN",
});

const arnOfBudgets = ({ partition, account }: Stack) => `arn:${partition}:budgets::${account}:*`;
