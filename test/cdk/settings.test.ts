import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../cdk/settings.ts";
import { InvalidInputError } from "../../core/errors.ts";

const settingsOf = (context: Readonly<Record<string, unknown>>) =>
  readSettings((key) => context[key]);

describe("readSettings", () => {
  it("gives safe choices where the context says nothing", () => {
    expect(settingsOf({})).toEqual({
      stage: "dev",
      architecture: "x86_64",
      endpointAuth: "iam",
      principalRate: 0,
      allowedOrigins: [],
      encryption: "sse-s3",
      logRetentionDays: 90,
      predictionRetentionDays: 400,
      noncurrentVersionDays: 30,
      latencyAlarmMs: 2000,
      accountConcurrency: 1000,
      monthlyBudgetUsd: 50,
      tags: {},
    });
  });

  it("says the same in cdk.json, where people look for it", () => {
    const path = join(import.meta.dirname, "..", "..", "cdk.json");
    const { context } = JSON.parse(readFileSync(path, "utf8"));

    expect(settingsOf(context)).toEqual(settingsOf({}));
    const { stage, tags, ...choices } = settingsOf({});
    expect(context.stages["*"]).toMatchObject(choices);
  });

  it("leaves the top of cdk.json, which wins over every stage, to the command line", () => {
    const path = join(import.meta.dirname, "..", "..", "cdk.json");
    const { context } = JSON.parse(readFileSync(path, "utf8"));
    const own = Object.keys(context).filter((key) => !key.startsWith("@"));

    expect(own).toEqual(["stage", "stages"]);
  });

  it("prefers the command line to the stage, and the stage to what is for all", () => {
    const stages = {
      "*": { encryption: "kms", logRetentionDays: 7, latencyAlarmMs: 100 },
      staging: { logRetentionDays: 30, latencyAlarmMs: 200 },
      production: { logRetentionDays: 365 },
    };

    expect(settingsOf({ stage: "staging", stages, latencyAlarmMs: "300" })).toMatchObject({
      encryption: "kms",
      logRetentionDays: 30,
      latencyAlarmMs: 300,
    });
    expect(settingsOf({ stage: "dev", stages })).toMatchObject({ logRetentionDays: 7 });
  });

  it("takes tags as an object, or as text from the command line", () => {
    const tags = { team: "risk", "cost-center": "42=a" };

    expect(settingsOf({ tags }).tags).toEqual(tags);
    expect(settingsOf({ tags: "team=risk, cost-center=42=a" }).tags).toEqual(tags);
  });

  it.each(["arn:aws:iam::123456789012:policy/teams/boundary", "boundary"])(
    "takes the permissions boundary %s",
    (permissionsBoundary) => {
      expect(settingsOf({ permissionsBoundary })).toMatchObject({ permissionsBoundary });
    },
  );

  it("fails on a key of a stage that is no setting, and lists those that are", () => {
    const stages = { dev: { logRetention: 30 } };

    expect(() => settingsOf({ stages })).toThrow(
      /^context stages.dev is .*logRetention.*; it must be made of .*logRetentionDays/,
    );
  });

  it("takes numbers from the command line, where everything is text", () => {
    expect(settingsOf({ logRetentionDays: "365", latencyAlarmMs: "500" })).toMatchObject({
      logRetentionDays: 365,
      latencyAlarmMs: 500,
    });
  });

  it("passes on account, region and address", () => {
    const optional = {
      account: "123456789012",
      region: "eu-central-1",
      alertEmail: "ops@example.com",
    };

    expect(settingsOf(optional)).toMatchObject(optional);
  });

  it.each([
    ["stage", "Prod-1"],
    ["architecture", "x64"],
    ["endpointAuth", "jwt"],
    ["principalRate", "many"],
    ["allowedOrigins", "*"],
    ["encryption", true],
    ["logRetentionDays", "91"],
    ["logRetentionDays", "soon"],
    ["predictionRetentionDays", 0],
    ["noncurrentVersionDays", 1.5],
    ["latencyAlarmMs", -1],
    ["accountConcurrency", 0],
    ["runbookBaseUrl", "docs/runbooks"],
    ["alertEmail", "nobody"],
    ["account", 123456789012],
    ["region", "Frankfurt"],
    ["permissionsBoundary", "arn:aws:iam::1:role/x"],
    ["stages", ["production"]],
    ["stages", { production: "kms" }],
    ["tags", "team"],
    ["tags", { team: 1 }],
    ["tags", { "aws:team": "risk" }],
    ["tags", "stage=other"],
  ])("fails on context %s of %j and says what is allowed", (key, value) => {
    expect(() => settingsOf({ [key]: value })).toThrow(InvalidInputError);
    expect(() => settingsOf({ [key]: value })).toThrow(
      new RegExp(`^context ${key} is .*; it must be `),
    );
  });
});
