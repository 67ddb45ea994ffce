import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import type { Settings } from "../../cdk/settings.ts";
import { type Resource, synthesizedStack } from "./synthesized-stack.ts";
import { meaningOf } from "./template-meaning.ts";

const meaning = (settings: Partial<Settings> = {}) =>
  meaningOf(synthesizedStack(settings).template);
const byDefault = meaning();

/** Lines that one text has and the other has not, each below its heading. */
function difference(before: string, after: string): string {
  const changed = (from: string, against: string, sign: string) => {
    const known = new Set(sections(against));
    return sections(from)
      .filter((line) => !known.has(line))
      .map((line) => `${sign} ${line}`);
  };
  return [...changed(before, after, "-"), ...changed(after, before, "+")].join("\n").concat("\n");
}

/** Each line with its heading before it. */
const sections = (text: string): readonly string[] =>
  text.split("\n\n").flatMap((section) => {
    const [heading, ...lines] = section.trimEnd().split("\n");
    return lines.map((line) => `${heading}: ${line.trim()}`);
  });

/**
 * A change of one of these files is a change of who may do what, what is kept or what is told: read it in
 * review. `vitest run test/cdk/template-meaning.test.ts -u` writes them.
 */
describe("the meaning of the template", () => {
  it("is as it was read last", async () => {
    await expect(byDefault).toMatchFileSnapshot("meaning/default.txt");
  });

  it.each<[string, Partial<Settings>]>([
    ["production-kms", { stage: "production", encryption: "kms", logRetentionDays: 365 }],
    ["open-to-everyone", { endpointAuth: "none" }],
    ["open-to-tokens", { endpointAuth: "tokens" }],
    ["arm64", { architecture: "arm64" }],
    ["bounded", { permissionsBoundary: "team-boundary", alertEmail: "ops@example.com" }],
  ])("changes for %s only in what that says", async (name, settings) => {
    const changed = difference(byDefault, meaning(settings));

    expect(changed.trim()).not.toBe("");
    await expect(changed).toMatchFileSnapshot(`meaning/${name}.txt`);
  });

  it("changes only in what a training on Fargate needs, where a definition says so", async () => {
    const definitions = join(import.meta.dirname, "fixtures", "fargate-definitions");
    const changed = difference(
      byDefault,
      meaningOf(synthesizedStack({}, { definitions }).template),
    );

    expect(changed).toContain("ecs:RunTask");
    await expect(changed).toMatchFileSnapshot("meaning/fargate.txt");
  });

  it("does not change with the commit, names of assets or the text of alarms", () => {
    expect(byDefault).not.toMatch(/[0-9a-f]{40}|Runbook|\.zip/);
  });

  it("fails to stay the same when a statement, a bucket or a retention is planted", () => {
    const planted = synthesizedStack().template.toJSON();
    planted.Resources.Planted = { Type: "AWS::S3::Bucket", DeletionPolicy: "Retain" };
    for (const { Type, Properties } of Object.values<Resource>(planted.Resources)) {
      if (Type === "AWS::IAM::Policy" && /^TrainingNotify/.test(Properties.PolicyName)) {
        Properties.PolicyDocument.Statement[0].Action = ["logs:CreateLogStream", "s3:*"];
      }
    }

    expect(difference(byDefault, meaningOf(Template.fromJSON(planted))).split("\n")).toEqual([
      "- policy of <Training/NotifyRole>: allow logs:PutLogEvents on <Training/NotifyLogs>",
      "+ policy of <Training/NotifyRole>: allow s3:* on <Training/NotifyLogs>",
      "+ public: Planted: NOT BLOCKED",
      "+ retention: Planted: versions none",
      "+ stays when the stack is removed: Planted (AWS::S3::Bucket): Retain",
      "",
    ]);
  });
});

describe("the function that CDK brings for the trigger, which cdk-nag does not see", () => {
  const { template } = synthesizedStack();
  const roles = Object.values(template.findResources("AWS::IAM::Role"));
  const own = (path: string) => path.includes("/AWSCDK.");
  const managed = roles.map(({ Metadata, Properties }) => [
    Metadata["aws:cdk:path"] as string,
    JSON.stringify(Properties.ManagedPolicyArns ?? []),
  ]);

  it("is the only one with a managed policy: to write its log", () => {
    expect(managed.filter(([, arns]) => arns !== "[]")).toEqual([
      [
        expect.stringMatching(/^millrace-test\/AWSCDK\.Trigger/),
        expect.stringMatching(
          /^\[\{"Fn::Sub":"arn:[^:]+::Partition\}:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole"\}\]$/,
        ),
      ],
    ]);
  });

  it("may invoke the one function that registers definitions", () => {
    const [role] = roles.filter(({ Metadata }) => own(Metadata["aws:cdk:path"]));

    expect(role?.Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            {
              Effect: "Allow",
              Action: ["lambda:InvokeFunction"],
              Resource: [
                {
                  "Fn::Join": [
                    "",
                    [
                      { "Fn::GetAtt": [expect.stringMatching(/^DefinitionsRegister/), "Arn"] },
                      ":*",
                    ],
                  ],
                },
              ],
            },
          ],
        },
      },
    ]);
  });
});
