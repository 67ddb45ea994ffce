import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * DESIGN: who may import whom. Files on the left may import what matches on the right. Paths are
 * relative to the repository; packages are named as they are imported.
 */
const MAY_IMPORT: Readonly<Record<string, RegExp>> = {
  "core/**/*.ts": /^(core\/|zod$|onnx-proto$)/,
  "engine/**/*.ts":
    /^(core\/|engine\/|node:|@duckdb\/|onnxruntime-node$|hyparquet-writer$|esbuild$|zod$)/,
  "aws/**/*.ts": /^(core\/|aws\/|engine\/sha256\.ts$|@aws-sdk\/|node:|ulid$)/,
  "functions/!(wiring|task-runner)/!(index|answer-first).ts":
    /^(core\/|functions\/(?!wiring)|@middy\/|aws-lambda$)/,
  // runs in a container before the function's package is there, so without the SDK
  "functions/task-runner/!(index).ts":
    /^(core\/|functions\/task-runner\/|node:|aws4fetch$|fflate$)/,
  // what touches the environment and AWS: entries, their wiring, and Lambda's streaming
  "functions/{*/index,*/answer-first,wiring/*,environment}.ts":
    /^(core\/|engine\/|aws\/|functions\/|@aws-sdk\/|node:|aws-lambda$|ulid$|zod$)/,
  "local/**/*.ts":
    /^(core\/|engine\/|local\/|aws\/(dynamodb-|registry|features|document-client)|functions\/[\w-]+\/(?!index)[\w-]+\.ts$|@aws-sdk\/(client|lib)-dynamodb$|node:|esbuild$|zod$|croner$|aws-local-stepfunctions$|ulid$|aws-lambda$)/,
  "cli/**/*.ts":
    /^(core\/|engine\/|aws\/|local\/|cli\/|@aws-sdk\/|node:|aws4fetch$|commander$|zod$)/,
  "cdk/**/*.ts": /^(core\/|cdk\/|layers\/|aws-cdk-lib|cdk-nag$|constructs$|esbuild$|node:)/,
  // what a browser can read: of core, types only (below)
  "console/**/*.{ts,tsx}": /^(core\/|console\/|preact$|preact\/hooks$)/,
  "models/*/model.ts":
    /^(core\/(definition\/define-model|row\/[\w-]+|transforms\/define-transform)\.ts$|features\/|models\/)/,
  "models/*.ts": /^core\/row\/[\w-]+\.ts$/,
  "features/*.ts": /^core\/definition\/define-stream\.ts$/,
};

/** Text of a file without comments, so that an example in a docstring is no import. */
const withoutComments = (source: string) =>
  source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

/** What a file imports, type imports included. */
function importsOf(file: string, source: string): readonly string[] {
  const specifiers = [
    ...withoutComments(source).matchAll(/\b(?:from|import)\s*\(?\s*["']([^"'\s]+)["']/g),
  ].map((match) => match[1] as string);
  return specifiers.map((specifier) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier,
  );
}

const posixPath = (file: string) => file.replaceAll("\\", "/");

function forbidden(file: string, allowed: RegExp): readonly string[] {
  return importsOf(file, readFileSync(join(root, file), "utf8"))
    .filter((imported) => !allowed.test(imported))
    .map((imported) => `${file} -> ${imported}`);
}

describe("folder dependencies", () => {
  for (const [pattern, allowed] of Object.entries(MAY_IMPORT)) {
    it(`${pattern} imports only what it may`, () => {
      const files = globSync(pattern, { cwd: root }).map(posixPath);

      expect(files, "a rule over no files proves nothing").not.toEqual([]);
      expect(files.flatMap((file) => forbidden(file, allowed))).toEqual([]);
    });
  }

  it("sees an import that may not be there", () => {
    const planted = 'import { S3Client } from "@aws-sdk/client-s3";\nimport("../../aws/x.ts");';

    const imports = importsOf("core/drift/psi.ts", planted);

    expect(imports).toEqual(["@aws-sdk/client-s3", "aws/x.ts"]);
    expect(imports.filter((name) => !MAY_IMPORT["core/**/*.ts"]?.test(name))).toEqual(imports);
  });

  it("lets nobody import from cli, console, bench or test", () => {
    const product = globSync(
      "{core,engine,aws,local,functions,cdk,features,models,layers}/**/*.ts",
      {
        cwd: root,
      },
    );
    const found = product
      .map(posixPath)
      .flatMap((file) => forbidden(file, /^(?!(cli|console|bench|test)\/)/));

    expect(product.length).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });

  it("keeps clock, randomness and the environment out of core and handlers", () => {
    const pure = globSync(["core/**/*.ts", "functions/!(wiring)/!(index).ts"], { cwd: root });
    const impure =
      /\b(Date\.now|Math\.random|process\.(env|hrtime)|new Date\(\)|performance\.now)\b/;

    const found = pure.filter((file) =>
      impure.test(withoutComments(readFileSync(join(root, file), "utf8"))),
    );

    expect(pure.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
    expect(impure.test("const now = Date.now();")).toBe(true);
  });

  it("takes nothing from core into the page but types and tables without dependencies", () => {
    const tables = ["definition/metrics.ts", "definition/task.ts", "evaluation/metric-words.ts"];
    const values = /^import (?!type\b)[^;]*from "([^"]+)"/gm;
    const valuesOf = (text: string) => [...text.matchAll(values)].map(([, from = ""]) => from);
    const read = (file: string) => readFileSync(join(root, file), "utf8");

    const found = globSync("console/**/*.{ts,tsx}", { cwd: root }).flatMap((file) =>
      valuesOf(read(file))
        .filter((from) => from.includes("/core/"))
        .filter((from) => !tables.some((table) => from.endsWith(`/core/${table}`))),
    );
    const behind = tables.flatMap((table) => valuesOf(read(`core/${table}`)));

    expect(found).toEqual([]);
    for (const from of behind) {
      expect(tables.map((table) => basename(table))).toContain(basename(from));
    }
    expect(behind.length).toBeGreaterThan(0);
    expect(valuesOf('import { psi } from "../../core/drift/psi.ts";')).toHaveLength(1);
  });

  it("has no barrel", () => {
    const barrels = globSync("{core,engine,aws,local}/**/index.ts", { cwd: root });

    expect(barrels).toEqual([]);
    expect(relative(root, dirname(import.meta.filename))).toBe("test");
  });
});
