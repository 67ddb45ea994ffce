import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { describe, expect, it } from "vitest";
import { Platform } from "../../cdk/constructs/platform.ts";
import {
  PredictionArchive,
  type PredictionArchiveProps,
} from "../../cdk/constructs/prediction-archive.ts";
import { storageKeys } from "../../core/storage-keys.ts";

const MODELS = [
  { model: "flight-delay", inputs: [{ name: "Origin", kind: "category" }] },
  { model: "loans", inputs: [{ name: "amount", kind: "number" }] },
] as const;

function setUp(
  props: Partial<PredictionArchiveProps> = {},
  encryption: "sse-s3" | "kms" = "sse-s3",
) {
  const stack = new Stack(new App(), "millrace-dev");
  const platform = new Platform(stack, "Platform", { encryption });
  const archive = new PredictionArchive(stack, "Archive", { platform, models: MODELS, ...props });
  return { stack, archive, template: () => Template.fromStack(stack) };
}

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties, looked at by tests only
type TableInput = any;

const tablesOf = (template: Template): readonly TableInput[] =>
  Object.values(template.findResources("AWS::Glue::Table")).map(
    ({ Properties }) => Properties.TableInput,
  );
const tableOf = (template: Template, name: string): TableInput =>
  tablesOf(template).find((table) => table.Name === name);

/** A text of the template with the bucket's name as `bucket`. */
const text = (value: unknown) =>
  typeof value === "string"
    ? value
    : (value as { readonly "Fn::Join": [string, unknown[]] })["Fn::Join"][1]
        .map((part) => (typeof part === "string" ? part : "bucket"))
        .join("");

describe("PredictionArchive", () => {
  it("makes a table of all models and one for each", () => {
    const { template } = setUp();

    expect(tablesOf(template()).map(({ Name }) => Name)).toEqual([
      "predictions",
      "predictions_flight_delay",
      "predictions_loans",
    ]);
    expect(tableOf(template(), "predictions_loans").StorageDescriptor.Columns).toContainEqual({
      Name: "feature_amount",
      Type: "double",
    });
    template().hasResourceProperties("AWS::Glue::Database", {
      DatabaseInput: { Name: "millrace_dev" },
    });
  });

  it("finds files where predictions are logged, by parts of their keys", () => {
    const { template } = setUp();
    const templates = [
      ["predictions", "flight-delay"],
      ["predictions_flight_delay", undefined],
    ] as const;

    for (const [name, model] of templates) {
      const { Parameters, PartitionKeys } = tableOf(template(), name);
      const values: Record<string, string | undefined> = { model, date: "2026-03-01", hour: "07" };
      const key = text(Parameters["storage.location.template"]).replaceAll(
        /\$\{(\w+)\}/g,
        (_all, part) => values[part] ?? "",
      );
      const logged = storageKeys.predictions("flight-delay", "2026-03-01", "07", "file");
      expect(`${key}/file.parquet`).toBe(`s3://bucket/${logged}`);
      expect(PartitionKeys.map((part: { Name: string }) => part.Name)).toEqual([
        ...(model ? ["model"] : []),
        "date",
        "hour",
      ]);
      for (const { Name } of PartitionKeys) {
        expect(Parameters[`projection.${Name}.type`], Name).toMatch(/^(enum|date)$/);
      }
    }
  });

  it("looks back as far as predictions are kept, hour by hour, at the models there are", () => {
    const { template } = setUp({ predictionRetentionDays: 800 });

    const { Parameters } = tableOf(template(), "predictions");
    expect(Parameters).toMatchObject({
      "projection.enabled": "true",
      "projection.model.values": "flight-delay,loans",
      "projection.date.format": "yyyy-MM-dd",
      "projection.date.range": "NOW-800DAYS,NOW",
    });
    const hours = Parameters["projection.hour.values"].split(",");
    expect([hours.length, hours[0], hours[7], hours[23]]).toEqual([24, "00", "07", "23"]);
  });

  it("writes results below athena/, encrypted, and ends queries that read too much", () => {
    const { template } = setUp({ maxBytesScanned: 20_000_000 });

    template().hasResourceProperties("AWS::Athena::WorkGroup", {
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 20_000_000,
        ResultConfiguration: {
          OutputLocation: { "Fn::Join": ["", ["s3://", Match.anyValue(), "/athena/"]] },
          EncryptionConfiguration: { EncryptionOption: "SSE_S3" },
        },
      },
    });
  });

  it("encrypts results with the platform's key where it has one", () => {
    const { template } = setUp({}, "kms");

    template().hasResourceProperties("AWS::Athena::WorkGroup", {
      WorkGroupConfiguration: {
        ResultConfiguration: {
          EncryptionConfiguration: { EncryptionOption: "SSE_KMS", KmsKey: Match.anyValue() },
        },
      },
    });
  });

  it("keeps the questions, each with what its placeholders stand for, in that workgroup", () => {
    const { template, archive } = setUp();

    const queries = Object.values(template().findResources("AWS::Athena::NamedQuery"));
    expect(queries.map(({ Properties }) => Properties.Name)).toEqual([
      "predictions-a-day",
      "scores-by-month",
      "numbers-by-month",
      "classes-a-day",
      "slowest-requests",
      "two-versions",
      "flight-delay-one-prediction",
      "flight-delay-classes-by-category",
      "loans-one-prediction",
    ]);
    for (const { Properties } of queries) {
      expect(Properties).toMatchObject({
        WorkGroup: archive.workGroupName,
        Database: "millrace_dev",
      });
      expect(Properties.Description).toMatch(/\. Parameters: /);
    }
  });

  it("makes no table and no question without a model", () => {
    const { template } = setUp({ models: [] });

    template().resourceCountIs("AWS::Glue::Table", 0);
    template().resourceCountIs("AWS::Athena::NamedQuery", 0);
    template().resourceCountIs("AWS::Athena::WorkGroup", 1);
  });

  it("lets an identity ask: read predictions, write results, and nothing else of the bucket", () => {
    const { stack, archive, template } = setUp();
    const role = new Role(stack, "Analyst", {
      assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
    });
    archive.grantQuery(role);

    const [policy] = Object.values(template().findResources("AWS::IAM::Policy")).filter(
      ({ Properties }) => JSON.stringify(Properties.Roles).includes("Analyst"),
    );
    const statements: readonly { Action: string | string[]; Resource: unknown }[] =
      policy?.Properties.PolicyDocument.Statement;
    const objects = statements
      .filter(({ Action }) => [Action].flat().some((action) => /Object$/.test(action)))
      .map(({ Action, Resource }) => [Action, JSON.stringify(Resource).match(/\/(\w+)\/\*/)?.[1]]);
    expect(objects).toEqual([
      ["s3:GetObject", "predictions"],
      [expect.arrayContaining(["s3:GetObject", "s3:PutObject"]), "athena"],
    ]);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(["athena:StartQueryExecution", "glue:GetTable", "s3:ListBucket"]),
    );
    expect(statements.flatMap(({ Resource }) => Resource)).not.toContain("*");
    expect(JSON.stringify(statements)).not.toMatch(/Delete|Create|Update|glue:\*|athena:\*/);
  });
});
