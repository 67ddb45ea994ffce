import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltLayer, buildLayer } from "../../layers/build-layer.ts";
import { type LayerName, layerRecipe } from "../../layers/layer-recipes.ts";
import { assertIntegrity, packageFolder } from "../../layers/package-folder.ts";

const root = join(import.meta.dirname, "..", "..");
let folder = "";
const layers = new Map<LayerName, BuiltLayer>();
const architecture = process.arch === "arm64" ? "arm64" : "x64";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-layers-"));
  for (const layer of ["onnxruntime", "duckdb"] as const) {
    const outDir = join(folder, layer);
    layers.set(layer, buildLayer({ layer, architecture, root, outDir }));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Runs code as Lambda does: bundled as the functions are, with nothing to import beside it and the
 * layer on NODE_PATH only.
 */
async function runOnLayer(layer: LayerName, packageName: string, code: string): Promise<unknown> {
  const task = mkdtempSync(join(folder, "task-"));
  await build({
    stdin: { contents: code, resolveDir: root },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(task, "index.mjs"),
    alias: { [packageName]: join(root, "layers", layer, "from-layer.cjs") },
    banner: {
      js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
    },
  });
  const output = execFileSync(process.execPath, ["index.mjs"], {
    cwd: task,
    encoding: "utf8",
    env: { NODE_PATH: join(layers.get(layer)?.outDir ?? "", "nodejs", "node_modules") },
  });
  return JSON.parse(output);
}

/** Identity of a float32 vector: a ModelProto written by hand, as the base64 of its bytes. */
const IDENTITY_GRAPH = identityGraph();

describe("layer onnxruntime", () => {
  it("runs a session in a bundled ES module that finds it on NODE_PATH only", async () => {
    const answer = await runOnLayer(
      "onnxruntime",
      "onnxruntime-node",
      `import { InferenceSession, Tensor } from "onnxruntime-node";
       const session = await InferenceSession.create(Buffer.from("${IDENTITY_GRAPH}", "base64"));
       const x = new Tensor("float32", Float32Array.of(1.5, -2), [2]);
       const { y } = await session.run({ x });
       console.log(JSON.stringify([...y.data]));`,
    );

    expect(answer).toEqual([1.5, -2]);
  });

  it("holds native code of one platform only", () => {
    const native = layers.get("onnxruntime")?.files.filter((file) => file.includes("/bin/"));

    expect(native?.map((file) => file.split("napi-v6/")[1])).toEqual([
      `linux/${architecture}/libonnxruntime.so.1`,
      `linux/${architecture}/onnxruntime_binding.node`,
    ]);
  });
});

describe("layer duckdb", () => {
  it("answers a query in a bundled ES module that finds it on NODE_PATH only", async () => {
    const answer = await runOnLayer(
      "duckdb",
      "@duckdb/node-api",
      `import { DuckDBInstance } from "@duckdb/node-api";
       const connection = await (await DuckDBInstance.create(":memory:")).connect();
       const result = await connection.run("select sum(n)::integer as total from range(5) t(n)");
       console.log(JSON.stringify(await result.getRowsJS()));`,
    );

    expect(answer).toEqual([[10]]);
  });
});

describe("buildLayer", () => {
  it("stays within the budget, and counts what it wrote", () => {
    for (const [layer, { files, outDir, sizeBytes }] of layers) {
      const written = files.reduce((sum, file) => sum + statSync(join(outDir, file)).size, 0);

      expect(sizeBytes).toBe(written);
      expect(sizeBytes).toBeLessThan(layerRecipe(layer, architecture).budgetBytes);
    }
  });

  it("gives the same bytes and modes when built again, and keeps them when nothing changed", () => {
    const outDir = join(folder, "again");
    const options = { layer: "onnxruntime", architecture, root, outDir } as const;
    const again = buildLayer(options);

    expect(digestOf(again)).toBe(digestOf(layers.get("onnxruntime") as BuiltLayer));
    expect(again.reused).toBe(false);
    expect(buildLayer(options)).toEqual({ ...again, reused: true });
  });

  it("fails where node_modules and lock file disagree, and leaves nothing behind", () => {
    const elsewhere = plantedRoot("onnxruntime-node", { installed: "1.2.3", locked: "1.30.0" });
    const outDir = join(elsewhere, "out");

    expect(() =>
      buildLayer({ layer: "onnxruntime", architecture, root: elsewhere, outDir }),
    ).toThrow(/node_modules has onnxruntime-node 1\.2\.3, the lock file 1\.30\.0; run npm ci/);
    expect(() => statSync(outDir)).toThrow(/ENOENT/);
  });

  it("fails where a package lost a file that the layer needs", () => {
    const elsewhere = plantedRoot("onnxruntime-node", { installed: "1.30.0", locked: "1.30.0" });
    const outDir = join(elsewhere, "out");

    expect(() =>
      buildLayer({ layer: "onnxruntime", architecture, root: elsewhere, outDir }),
    ).toThrow(/package onnxruntime-node has no file dist\/\*\*\/\*\.js/);
  });
});

describe("packageFolder", () => {
  it("fails on a package that the lock file does not know", () => {
    expect(() => packageFolder({ root, name: "left-pad", isPlatformSpecific: true })).toThrow(
      /package-lock\.json has no left-pad/,
    );
  });
});

describe("assertIntegrity", () => {
  const sha512 = (bytes: string) => createHash("sha512").update(bytes).digest("base64");

  it("takes the locked bytes", () => {
    const path = join(folder, "good.tgz");
    writeFileSync(path, "bytes");

    expect(() => assertIntegrity(path, `sha512-${sha512("bytes")}`, "a@1")).not.toThrow();
  });

  it("fails on other bytes, and removes them", () => {
    const path = join(folder, "bad.tgz");
    writeFileSync(path, "other bytes");

    expect(() => assertIntegrity(path, `sha512-${sha512("bytes")}`, "a@1")).toThrow(/not used/);
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });
});

function digestOf({ files, outDir }: BuiltLayer): string {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file} ${statSync(join(outDir, file)).mode}\n`);
    hash.update(readFileSync(join(outDir, file)));
  }
  return hash.digest("hex");
}

/** A repository that has one package with nothing but its package.json. */
function plantedRoot(name: string, version: { installed: string; locked: string }): string {
  const planted = mkdtempSync(join(folder, "root-"));
  const lock = { packages: { [`node_modules/${name}`]: { version: version.locked } } };
  writeFileSync(join(planted, "package-lock.json"), JSON.stringify(lock));
  mkdirSync(join(planted, "node_modules", name), { recursive: true });
  writeFileSync(
    join(planted, "node_modules", name, "package.json"),
    JSON.stringify({ name, version: version.installed }),
  );
  return planted;
}

/** Fields of onnx.proto: each is a tag, a length and bytes; numbers below 128 are one byte. */
function identityGraph(): string {
  const text = (tag: number, value: string) => field(tag, [...Buffer.from(value)]);
  const field = (tag: number, bytes: readonly number[]) => [(tag << 3) | 2, bytes.length, ...bytes];
  const number = (tag: number, value: number) => [tag << 3, value];
  const shape = field(2, field(1, text(2, "n")));
  const vector = (name: string) => [
    ...text(1, name),
    ...field(2, field(1, [...number(1, 1), ...shape])),
  ];
  const node = [...text(1, "x"), ...text(2, "y"), ...text(4, "Identity")];
  const graph = [
    ...field(1, node),
    ...text(2, "g"),
    ...field(11, vector("x")),
    ...field(12, vector("y")),
  ];
  const model = [...number(1, 8), ...field(7, graph), ...field(8, number(2, 17))];
  return Buffer.from(model).toString("base64");
}
