import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import type { Settings } from "../../cdk/settings.ts";
import { type SynthesizedStack, synthesizedStack } from "./synthesized-stack.ts";

const findings = ({ app }: SynthesizedStack) =>
  new AwsSolutionsChecks()
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    );

describe("cdk-nag AwsSolutions", () => {
  it.each<[string, Partial<Settings>]>([
    ["as it is deployed by default", {}],
    ["in production with a key of the account", { stage: "prod", encryption: "kms" }],
    ["on arm64, open to everyone", { architecture: "arm64", endpointAuth: "none" }],
  ])("finds nothing unacknowledged in the stack %s", (_name, settings) => {
    expect(findings(synthesizedStack(settings))).toEqual([]);
  });

  it("fails on a bucket that was planted without protection", () => {
    const synthesized = synthesizedStack();
    new CfnBucket(synthesized.stack, "Planted");

    const found = findings(synthesized);

    expect(found).toContain("AwsSolutions-S10 millrace-test/Planted");
    expect(found).toContain("AwsSolutions-S1 millrace-test/Planted");
  });

  it("is told a reason with every acknowledgement", () => {
    const { app } = synthesizedStack();
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
      .flatMap(({ data }) => Object.values(data as Record<string, string>));

    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(30);
  });
});
