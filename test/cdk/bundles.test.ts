import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layerFolders } from "../../cdk/layer-folders.ts";
import {
  assertPackageSizes,
  folderSize,
  packageBudget,
  packageSizes,
} from "../../cdk/package-sizes.ts";
import { buildLayer } from "../../layers/build-layer.ts";
import { type Resource, synthesizedStack } from "./synthesized-stack.ts";

const root = join(import.meta.dirname, "..", "..");
const layers = layerFolders(root, "x86_64");
const run = promisify(execFile);

let assembly = "";
let template: Template;
beforeAll(() => {
  assembly = mkdtempSync(join(tmpdir(), "millrace-assembly-"));
  ({ template } = synthesizedStack({}, { bundling: true, layers, outdir: assembly }));
}, 60_000);
afterAll(() => rmSync(assembly, { recursive: true }));

/** What Lambda's runtime gives to functions that stream, as far as loading them needs it. */
const RUNTIME = "data:text/javascript,globalThis.awslambda={streamifyResponse:(handler)=>handler}";

const functionsOf = (): readonly (readonly [string, Resource])[] =>
  Object.values(template.findResources("AWS::Lambda::Function") as Record<string, Resource>)
    .map((fn) => [fn.Metadata?.["aws:cdk:path"] ?? "", fn] as const)
    .filter(([path]) => !path.includes("AWSCDK."));

/** Loads a function as Lambda does: its own folder, its layers on NODE_PATH, its variables. */
async function load([path, fn]: readonly [string, Resource]): Promise<string> {
  const variables = Object.entries(fn.Properties.Environment.Variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : exampleOf(name),
  ]);
  const layerNames = (fn.Properties.Layers ?? []).map(({ Ref }: { Ref: string }) =>
    Ref.includes("Onnx") ? "onnxruntime" : "duckdb",
  );
  const nodePath = layerNames.map((name: "onnxruntime" | "duckdb") =>
    join(layers[name], "nodejs", "node_modules"),
  );
  const script = `const { handler } = await import("./index.mjs"); console.log(typeof handler);`;
  const { stdout } = await run(
    process.execPath,
    ["--import", RUNTIME, "--input-type=module", "--eval", script],
    {
      cwd: join(assembly, fn.Metadata?.["aws:asset:path"] ?? ""),
      env: {
        ...Object.fromEntries(variables),
        NODE_PATH: nodePath.join(":"),
        AWS_REGION: "eu-central-1",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "1769",
      },
    },
  ).catch((error) => {
    throw new Error(`${path} does not load`, { cause: error });
  });
  return stdout.trim();
}

/** What CloudFormation would fill in. */
function exampleOf(name: string): string {
  if (name.endsWith("_ARN")) return "arn:aws:sns:eu-central-1:123456789012:alerts";
  if (name === "MILLRACE_COMPUTE_PLACES") return '{"trainFunctions":{"3008":"train"}}';
  if (name.endsWith("_URL")) return "https://sqs.eu-central-1.amazonaws.com/123456789012/queue";
  return name.toLowerCase();
}

describe("bundles of the functions", () => {
  it("load with nothing but their own files, their layers and their variables", async () => {
    const functions = functionsOf();
    const loaded = await Promise.all(functions.map(load));

    expect(functions).toHaveLength(24);
    expect(loaded).toEqual(functions.map(() => "function"));
  }, 60_000);

  it("keep to their budgets on x86_64: 5 MB a bundle, predict with its layer 60", () => {
    const sizes = packageSizes(assembly, "millrace-test.template.json");
    const predict = sizes.find(({ path }) => path.includes("/Endpoint/Predict/"));

    expect(predict?.sizeBytes, "with its layer").toBeGreaterThan(40_000_000);
    expect(() => assertPackageSizes(sizes, packageBudget("x86_64"))).not.toThrow();
    for (const { path, bundleBytes, sizeBytes } of sizes) {
      expect(bundleBytes, path).toBeGreaterThan(0);
      expect(sizeBytes, path).toBeLessThan(150_000_000);
    }
  });

  it("keep predict with its layer within 40 MB on arm64", () => {
    const outDir = join(assembly, "onnxruntime-arm64");
    buildLayer({ layer: "onnxruntime", architecture: "arm64", root, outDir });
    const predict = packageSizes(assembly, "millrace-test.template.json").find(({ path }) =>
      path.includes("/Endpoint/Predict/"),
    );
    const path = predict?.path ?? "";
    const bundleBytes = predict?.bundleBytes ?? 0;
    const sizeBytes = bundleBytes + folderSize(outDir);

    expect(sizeBytes).toBeGreaterThan(20_000_000);
    expect(() =>
      assertPackageSizes([{ path, bundleBytes, sizeBytes }], packageBudget("arm64")),
    ).not.toThrow();
  });

  it("carry the definitions where register-definitions reads them", () => {
    const [, fn] = functionsOf().find(([path]) => path.includes("/RegisterDefinitions/")) ?? [];
    const folder = join(assembly, fn?.Metadata?.["aws:asset:path"] ?? "", "definitions");

    for (const file of ["index.json", "late-parcels/definition.json", "late-parcels/code.mjs"]) {
      expect(existsSync(join(folder, file)), file).toBe(true);
    }
  });
});
