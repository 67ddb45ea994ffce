import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnResource, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDefinitionsAsset } from "../../cdk/definitions-asset.ts";
import { assertQuotas, QUOTAS, quotaFindings, watchResourceCount } from "../../cdk/quotas.ts";
import { readSettings } from "../../cdk/settings.ts";
import { MillraceStack } from "../../cdk/stacks/millrace-stack.ts";
import { testApp } from "./synthesized-stack.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const layer = join(fixtures, "layer");

let assembly = "";
beforeEach(() => {
  assembly = mkdtempSync(join(tmpdir(), "millrace-quotas-"));
});
afterEach(() => rmSync(assembly, { recursive: true }));

/** The stack with so many models, each of which trains and is monitored by a schedule. */
function stackWith(modelCount: number): MillraceStack {
  const { folder, models } = readDefinitionsAsset(join(fixtures, "definitions"));
  const [scheduled] = models.filter(({ schedules }) => schedules.training && schedules.monitoring);
  if (!scheduled) throw new Error("fixtures have no model with both schedules");
  const many = Array.from({ length: modelCount }, (_, index) => ({
    ...scheduled,
    model: `model-${index}`,
  }));
  return new MillraceStack(testApp({ outdir: assembly }), "millrace-test", {
    settings: readSettings(() => undefined),
    layerFolders: { onnxruntime: layer, duckdb: layer },
    definitions: { folder, models: many },
    gitCommit: "0123456789abcdef0123456789abcdef01234567",
  });
}

const resourceCount = (modelCount: number) =>
  Object.keys(Template.fromStack(stackWith(modelCount)).toJSON().Resources).length;

function fits(modelCount: number): boolean {
  try {
    return resourceCount(modelCount) <= QUOTAS.resources;
  } catch {
    // Synthesis refuses it; the test itself says how.
    return false;
  }
}

function promisedModels(): number {
  const promise = /takes some (\d+) models/.exec(readFileSync("docs/deploy.md", "utf8"));
  if (!promise) throw new Error("docs/deploy.md no longer says how many models a stack takes");
  return Number(promise[1]);
}

/** Findings for a template of these resources. */
function findingsFor(resources: Readonly<Record<string, unknown>>): readonly string[] {
  writeFileSync(join(assembly, "t.json"), JSON.stringify({ Resources: resources }));
  return quotaFindings(assembly, "t.json");
}

const functionWith = (Properties: object) => ({
  Fn: { Type: "AWS::Lambda::Function", Properties },
});

describe("quotas of the stack", () => {
  it("take the models that docs/deploy.md promises, and not one more than fits", () => {
    const one = resourceCount(1);
    const perModel = resourceCount(2) - one;
    const estimate = 1 + Math.floor((QUOTAS.resources - one) / perModel);
    // what all models share, such as a role's policy, is split when it grows too large: one resource more
    const ceiling = fits(estimate) ? estimate : estimate - 1;

    expect(ceiling).toBeGreaterThanOrEqual(promisedModels());
    expect(ceiling).toBeLessThan(promisedModels() + 25);
    expect(resourceCount(ceiling)).toBeLessThanOrEqual(QUOTAS.resources);
    expect(() => resourceCount(ceiling + 1)).toThrow(
      new RegExp(
        `millrace-test with ${ceiling + 1} models has 50\\d resources, the limit is 500: give some models a stack of their own`,
      ),
    );
  }, 60_000);

  it("are all kept with as many models as docs/deploy.md promises", () => {
    const stack = stackWith(promisedModels());
    Template.fromStack(stack);

    expect(quotaFindings(assembly, stack.templateFile)).toEqual([]);
  });

  it("fails synthesis in our words before CDK counts", () => {
    const stack = new Stack(testApp(), "many");
    for (let index = 0; index < 500; index += 1) {
      new CfnResource(stack, `R${index}`, { type: "AWS::SNS::Topic" });
    }
    watchResourceCount(stack, 3);

    expect(() => Template.fromStack(stack)).toThrow(/many with 3 models has 501 resources/);
  });
});

describe("quotaFindings", () => {
  it("fails on a template of more than 500 resources", () => {
    const topics = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`T${index}`, { Type: "AWS::SNS::Topic" }]),
      );

    expect(findingsFor(topics(500))).toEqual([]);
    expect(findingsFor(topics(501))).toEqual([
      expect.stringMatching(/^t.json has 501 resources, the limit is 500/),
    ]);
  });

  it("fails on a template of more than 1 MB", () => {
    const topic = (length: number) => ({
      T: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "x".repeat(length) } },
    });

    expect(findingsFor(topic(1_000_000))).toEqual([]);
    expect(findingsFor(topic(1_048_576))).toEqual([
      expect.stringMatching(/bytes of template, the limit is 1048576/),
    ]);
  });

  it("fails on more than 4 KB of environment, a value that is not known yet taken as 128", () => {
    const variables = (length: number) =>
      functionWith({
        Environment: { Variables: { AB: { Ref: "Table" }, C: "x".repeat(length) } },
      });

    // 2 + 128 and 1 + 3,965 are 4,096
    expect(findingsFor(variables(3_965))).toEqual([]);
    expect(findingsFor(variables(3_966))).toEqual([
      "Fn has 4097 bytes of environment variables, the limit is 4096: keep long values in an object of the bucket",
    ]);
  });

  it("fails on a function with six layers", () => {
    const layers = (count: number) => functionWith({ Layers: Array(count).fill({ Ref: "L" }) });

    expect(findingsFor(layers(5))).toEqual([]);
    expect(findingsFor(layers(6))).toEqual([expect.stringContaining("6 layers, the limit is 5")]);
  });

  it("fails on a definition of more than 1 MB, its ARNs filled in", () => {
    const machine = { Type: "AWS::StepFunctions::StateMachine" };
    const definition = (bytes: number) => {
      writeFileSync(join(assembly, "asset.abc.json"), "x".repeat(bytes));
      return {
        M: {
          ...machine,
          Properties: {
            DefinitionS3Location: { Key: "abc.json" },
            DefinitionSubstitutions: { Arn: { "Fn::GetAtt": ["Fn", "Arn"] } },
          },
        },
      };
    };

    expect(findingsFor(definition(1_048_576 - 128))).toEqual([]);
    expect(findingsFor(definition(1_048_576 - 127))).toEqual([
      expect.stringMatching(/^M has 1048577 bytes of definition, the limit is 1048576/),
    ]);
    const inline = { M: { ...machine, Properties: { DefinitionString: "x".repeat(1_048_577) } } };
    expect(findingsFor(inline)).toContainEqual(
      expect.stringMatching(/^M has 1048577 bytes of definition/),
    );
  });

  it("fails on a role with more than 10,240 characters of inline policies, attached and embedded", () => {
    const policyOf = (length: number) => ({ Statement: ["x".repeat(length)] });
    // {"Statement":["…"]} is 18 characters and the text; white space does not count
    const role = (length: number) => ({
      Role: {
        Type: "AWS::IAM::Role",
        Properties: { Policies: [{ PolicyDocument: policyOf(5_000) }] },
      },
      Policy: {
        Type: "AWS::IAM::Policy",
        Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: policyOf(length) },
      },
    });

    expect(findingsFor(role(5_240 - 36))).toEqual([]);
    expect(findingsFor(role(5_241 - 36))).toEqual([
      expect.stringMatching(/^Role has 10241 characters of inline policies, the limit is 10240/),
    ]);
  });

  it("fails on a dashboard widget of 101 alarms", () => {
    const dashboard = (count: number) => ({
      D: {
        Type: "AWS::CloudWatch::Dashboard",
        Properties: {
          DashboardBody: {
            "Fn::Join": [
              "",
              [
                '{"widgets":[{"properties":{"alarms":["',
                { Ref: "A" },
                `"${',"a"'.repeat(count - 1)}]}}]}`,
              ],
            ],
          },
        },
      },
    });

    expect(findingsFor(dashboard(100))).toEqual([]);
    expect(findingsFor(dashboard(101))).toEqual([
      expect.stringContaining("D has 101 alarms in one widget, the limit is 100"),
    ]);
  });
});

describe("assertQuotas", () => {
  it("fails with everything that is over, and lets the rest through", () => {
    findingsFor(functionWith({ Layers: Array(6).fill({ Ref: "L" }) }));

    expect(() => assertQuotas(assembly, "t.json")).toThrow(
      /^AWS would refuse this stack: Fn has 6 layers/,
    );
    findingsFor(functionWith({}));
    expect(() => assertQuotas(assembly, "t.json")).not.toThrow();
  });
});
