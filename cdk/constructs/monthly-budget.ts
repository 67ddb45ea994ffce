import { Aws, Stack } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { IPlatform } from "./platform.ts";

export interface MonthlyBudgetProps {
  /** Its alerts are told; its key, if there is one, may be used to send them. */
  readonly platform: Pick<IPlatform, "alerts" | "key">;
  /** USD a month, more than 0. */
  readonly monthlyUsd: number;
  /** What is counted carries all of these tags. They must be activated as cost allocation tags. */
  readonly tags: Readonly<Record<string, string>>;
}

const BUDGETS = "budgets.amazonaws.com";

/** Percent of the budget, and whether it is reached or only foreseen. */
const NOTIFICATIONS = [
  { notificationType: "FORECASTED", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
] as const;

/**
 * A budget over everything with the deployment's tags: an alert when the month is foreseen to reach 80%
 * of it, and one when it has reached it. Budgets that only notify cost nothing.
 *
 * AWS counts by a tag only after somebody has activated it as a cost allocation tag; before that the
 * budget stays at 0 USD and says nothing.
 *
 * Source: "Creating an Amazon SNS topic for budget notifications", "Activating user-defined cost
 * allocation tags", AWS Cost Management user guide.
 */
export class MonthlyBudget extends Construct {
  readonly budget: CfnBudget;

  constructor(scope: Construct, id: string, { platform, monthlyUsd, tags }: MonthlyBudgetProps) {
    super(scope, id);
    if (!(monthlyUsd > 0)) {
      throw new Error(`${this.node.path} has a budget of ${monthlyUsd} USD; make it more than 0`);
    }
    this.allowAlerts(platform);
    this.budget = new CfnBudget(this, "Budget", {
      budget: {
        // AWS words the alert itself, and all it tells of the budget is its name.
        budgetName: `${Stack.of(this).stackName} in ${Aws.REGION}, see docs/runbooks/cost-spike.md`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyUsd, unit: "USD" },
        metrics: ["UnblendedCost"],
        filterExpression: {
          and: Object.entries(tags).map(([key, value]) => ({
            tags: { key, values: [value], matchOptions: ["EQUALS"] },
          })),
        },
      },
      notificationsWithSubscribers: NOTIFICATIONS.map((notification) => ({
        notification: {
          ...notification,
          thresholdType: "PERCENTAGE",
          comparisonOperator: "GREATER_THAN",
        },
        subscribers: [{ subscriptionType: "SNS", address: platform.alerts.topicArn }],
      })),
    });
    // The topic's policy is read when the budget is made.
    this.budget.node.addDependency(platform.alerts);
  }

  private allowAlerts({ alerts, key }: MonthlyBudgetProps["platform"]): void {
    const { account, partition } = Stack.of(this);
    alerts.addToResourcePolicy(
      new PolicyStatement({
        sid: "Budgets",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(BUDGETS)],
        actions: ["sns:Publish"],
        resources: [alerts.topicArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:${partition}:budgets::${account}:*` },
        },
      }),
    );
    key?.grantEncryptDecrypt(new ServicePrincipal(BUDGETS));
  }
}
