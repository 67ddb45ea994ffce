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
      encryption: "sse-s3",
      logRetentionDays: 90,
      predictionRetentionDays: 400,
      noncurrentVersionDays: 30,
      latencyAlarmMs: 2000,
    });
  });

  it("says the same in cdk.json, where people look for it", () => {
    const path = join(import.meta.dirname, "..", "..", "cdk.json");
    const { context } = JSON.parse(readFileSync(path, "utf8"));

    expect(settingsOf(context)).toEqual(settingsOf({}));
    expect(context).toMatchObject(settingsOf({}));
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
    ["encryption", true],
    ["logRetentionDays", "91"],
    ["logRetentionDays", "soon"],
    ["predictionRetentionDays", 0],
    ["noncurrentVersionDays", 1.5],
    ["latencyAlarmMs", -1],
    ["alertEmail", "nobody"],
    ["account", 123456789012],
    ["region", "Frankfurt"],
  ])("fails on context %s of %j and says what is allowed", (key, value) => {
    expect(() => settingsOf({ [key]: value })).toThrow(InvalidInputError);
    expect(() => settingsOf({ [key]: value })).toThrow(
      new RegExp(`^context ${key} is .*; it must be `),
    );
  });
});
