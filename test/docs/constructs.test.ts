import { execFile } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { referenceOfConstructs, sectionOf } from "./constructs-reference.ts";
import { codeBlocks, pageText } from "./markdown.ts";

const run = promisify(execFile);
const page = pageText("docs/constructs.md");
const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));

/** Examples by the heading that they stand under. */
const examples = new Map(
  page.split(/^## /m).flatMap((section) => {
    const [title = ""] = section.split("\n");
    return codeBlocks(section)
      .filter(({ language }) => language === "ts")
      .map(({ text }) => [title, text] as const);
  }),
);

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties, looked at by tests only
  readonly Properties: any;
}

/** Somebody's workspace: a folder that reaches Millrace and the CDK by links in `node_modules`. */
let workspace = "";
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), "millrace-workspace-"));
  mkdirSync(join(workspace, "node_modules", "@types"), { recursive: true });
  const link = (name: string, target: string) =>
    symlinkSync(resolve(target), join(workspace, "node_modules", name));
  writeFileSync(join(workspace, "package.json"), JSON.stringify({ type: "module" }));
  link("millrace", ".");
  for (const name of ["aws-cdk-lib", "constructs", "@types/node"])
    link(name, `node_modules/${name}`);
  symlinkSync(resolve("models"), join(workspace, "models"));
  for (const [title, text] of examples) writeFileSync(join(workspace, fileOf(title)), text);
});
afterAll(() => rmSync(workspace, { recursive: true }));

const fileOf = (title: string) => `${title.toLowerCase().replaceAll(/\W+/g, "-")}.ts`;

type Stacks = ReadonlyMap<string, readonly Resource[]>;

/** Makes each app as the CDK CLI does, all in one process: loading the CDK takes longest. */
const RUN_ALL = `
  for (const file of JSON.parse(process.argv[1])) {
    process.env.CDK_OUTDIR = process.cwd() + "/cdk.out/" + file;
    await import(process.cwd() + "/" + file);
  }`;

let synthesis: Promise<unknown> | undefined;

/** Resources of an example's templates, by stack. Nothing is bundled. */
async function synthesize(title: string): Promise<Stacks> {
  synthesis ??= run(
    process.execPath,
    ["--input-type=module", "--eval", RUN_ALL, JSON.stringify([...examples.keys()].map(fileOf))],
    {
      cwd: workspace,
      env: {
        ...process.env,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, "aws:cdk:bundling-stacks": [] }),
      },
    },
  );
  await synthesis;
  const outdir = join(workspace, "cdk.out", fileOf(title));
  return new Map(
    globSync("*.template.json", { cwd: outdir })
      .toSorted()
      .map((file) => {
        const { Resources } = JSON.parse(readFileSync(join(outdir, file), "utf8"));
        return [
          file.replace(".template.json", ""),
          Object.values(Resources) as Resource[],
        ] as const;
      }),
  );
}

const typesOf = (resources: readonly Resource[] = []) => new Set(resources.map(({ Type }) => Type));
const ofType = (resources: readonly Resource[] = [], type: string) =>
  resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

describe("the examples of docs/constructs.md", () => {
  it("compile in a workspace of their own", async () => {
    const config = {
      extends: resolve("tsconfig.json"),
      include: ["*.ts"],
      // without the option that the CDK's own classes do not fit, as in most CDK apps
      compilerOptions: { incremental: false, types: ["node"], exactOptionalPropertyTypes: false },
    };
    writeFileSync(join(workspace, "tsconfig.json"), JSON.stringify(config));

    await run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", workspace]);

    expect(examples.size).toBe(6);
  }, 60_000);

  it("deploy everything with nothing but defaults", async () => {
    const stacks = await synthesize("The first one");
    const types = typesOf(stacks.get("risk-models"));

    for (const type of ["S3::Bucket", "DynamoDB::Table", "Lambda::Url", "Scheduler::Schedule"]) {
      expect(types, type).toContain(`AWS::${type}`);
    }
  });

  it("use the bucket, key and topic of their owner, and grant no more than on new ones", async () => {
    const resources = (await synthesize("Your own bucket, key and topic")).get("risk-models");
    const types = typesOf(resources);
    const statements = ofType(resources, "AWS::IAM::Policy").flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );

    for (const type of ["AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SNS::Topic"]) {
      expect(types, type).not.toContain(type);
    }
    expect(JSON.stringify(statements)).toContain(":s3:::risk-lake/datasets/*");
    expect(JSON.stringify(statements)).toContain("key/01234567-89ab-cdef-0123-456789abcdef");
    expect(JSON.stringify(statements)).toContain("sns:Publish");
    expect(ofType(resources, "AWS::DynamoDB::Table")).toMatchObject([
      { SSESpecification: { KMSMasterKeyId: expect.stringContaining("key/01234567") } },
    ]);
  });

  it("make nothing that holds data for an endpoint over what exists", async () => {
    const resources = (await synthesize("Only an endpoint")).get("risk-endpoint");

    for (const type of ["S3::Bucket", "DynamoDB::Table", "StepFunctions::StateMachine"]) {
      expect(typesOf(resources), type).not.toContain(`AWS::${type}`);
    }
    const functions = ofType(resources, "AWS::Lambda::Function");
    expect(functions.map(({ MemorySize }) => MemorySize).toSorted()).toEqual([1024, 3008]);
    for (const { Environment } of functions) {
      expect(Environment.Variables).toMatchObject({
        MILLRACE_BUCKET: "millrace-objects",
        MILLRACE_TABLE: "millrace-registry",
      });
    }
    expect(ofType(resources, "AWS::Logs::LogGroup")).toMatchObject(
      Array(2).fill({ RetentionInDays: 30 }),
    );
    expect(JSON.stringify(ofType(resources, "AWS::IAM::Policy"))).toContain(
      "lambda:InvokeFunctionUrl",
    );
  });

  it("put functions into a VPC, without anything that is billed by the hour", async () => {
    const resources = (await synthesize("Functions in a VPC")).get("risk-models");
    const ownFunctions = ofType(resources, "AWS::Lambda::Function").filter(
      ({ Environment }) => Environment?.Variables.MILLRACE_TABLE,
    );

    expect(ownFunctions).toHaveLength(2);
    for (const { VpcConfig } of ownFunctions) {
      expect(VpcConfig.SubnetIds).toHaveLength(2);
      expect(VpcConfig.SecurityGroupIds).toHaveLength(1);
    }
    const endpoints = ofType(resources, "AWS::EC2::VPCEndpoint");
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(["Gateway", "Gateway"]);
    expect(typesOf(resources)).not.toContain("AWS::EC2::NatGateway");
  });

  it("let Lambda make network interfaces, and not the function's own code", async () => {
    const resources = (await synthesize("Functions in a VPC")).get("risk-models");
    const policies = ofType(resources, "AWS::IAM::Policy").map(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
        [Action].flat().includes("ec2:CreateNetworkInterface"),
      ),
    );

    expect(policies.filter(({ length }) => length > 0)).toHaveLength(2);
    for (const statements of policies.filter(({ length }) => length > 0)) {
      expect(statements).toMatchObject([
        { Effect: "Allow", Resource: "*" },
        { Effect: "Deny", Condition: { Null: { "lambda:SourceFunctionArn": "false" } } },
      ]);
      expect(statements[1].Action).toHaveLength(6);
      expect(statements[0].Action).toEqual(expect.arrayContaining(statements[1].Action));
    }
  });

  it("hold two stages in one app", async () => {
    const stacks = await synthesize("Stages side by side");
    const tables = [...stacks].map(([name, resources]) => [
      name,
      ofType(resources, "AWS::DynamoDB::Table")[0].DeletionProtectionEnabled,
    ]);

    expect(tables).toEqual([
      ["risk-production", true],
      ["risk-staging", false],
    ]);
  });

  it("put what belongs to single models into stacks of their own", async () => {
    const stacks = await synthesize("Many models");

    expect([...stacks.keys()]).toEqual(["risk-models-1", "risk-shared"]);
    for (const type of ["AWS::Scheduler::Schedule", "AWS::Glue::Table"]) {
      expect(typesOf(stacks.get("risk-shared")), type).not.toContain(type);
      expect(typesOf(stacks.get("risk-models-1")), type).toContain(type);
    }
  });
});

describe("the reference of docs/constructs.md", () => {
  it("name the functions that need no way to DynamoDB: those whose role says nothing of it", () => {
    const policies = readFileSync("test/cdk/meaning/default.txt", "utf8")
      .split("\n\n")
      .filter((section) =>
        /^policy of <(Training|Endpoint|Monitoring|Batch|Definitions)\/\w+Role>/.test(section),
      );
    const without = policies
      .filter((section) => !section.includes("dynamodb:"))
      .map((section) => /\/(\w+?)\d*Role>/.exec(section)?.[1] ?? "")
      .map((id) => id.replaceAll(/(?<!^)[A-Z]/g, "-$&").toLowerCase());
    const [, listed = ""] = /yes, but for ([\w-, ]+) \|/.exec(page) ?? [];

    expect(policies.length).toBeGreaterThan(10);
    expect([...listed.split(/, | and /), "notify"].toSorted()).toEqual(
      [...new Set(without)].toSorted(),
    );
  });

  const reference = referenceOfConstructs();

  it("name every construct", () => {
    const files = globSync("cdk/constructs/*.ts").filter((file) =>
      /^export class/m.test(readFileSync(file, "utf8")),
    );

    expect(reference.filter(({ exposes }) => exposes.length > 0).length).toBeGreaterThan(10);
    expect(reference.length).toBeGreaterThanOrEqual(files.length);
    expect([...page.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name)).toEqual(
      reference.map(({ name }) => name),
    );
  });

  it.each(reference)("have the props of $name with type, default and meaning", (entry) => {
    expect(entry.props).not.toEqual([]);
    expect(
      page.includes(`${sectionOf(entry)}\n`),
      "node test/docs/constructs-reference.ts writes them",
    ).toBe(true);
  });

  it.each(reference)(
    "find a default for every optional prop of $name, and no other",
    ({ props }) => {
      const wrong = props.filter(
        ({ isOptional, otherwise }) => isOptional !== (otherwise !== undefined),
      );

      // `key` of IPlatform is no choice: it is there or not
      expect(wrong.map(({ name }) => name).filter((name) => name !== "key")).toEqual([]);
    },
  );
});
