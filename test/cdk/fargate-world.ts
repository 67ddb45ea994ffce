import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { Duration, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { zipSync } from "fflate";
import { s3ObjectStore } from "../../aws/s3-object-store.ts";
import { FargateTraining } from "../../cdk/constructs/fargate-training.ts";
import { NativeLayers } from "../../cdk/constructs/native-layers.ts";
import { Platform } from "../../cdk/constructs/platform.ts";
import { PlatformFunction } from "../../cdk/constructs/platform-function.ts";
import { layerFolders } from "../../cdk/layer-folders.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { ComputePlaces } from "../../core/run/compute-places.ts";
import type { TaskSettings } from "../../functions/task-runner/function-package.ts";
import { conditionalFauxqs } from "../contract/conditional-fauxqs.ts";
import { type TemplateJson, templateValues } from "../workflow/template-values.ts";
import {
  type ContainerDefinition,
  type RunningContainer,
  startContainer,
} from "./fargate-container.ts";
import { testApp } from "./synthesized-stack.ts";

/** A synthesized training task, with what it needs of AWS on this machine. */
export interface FargateWorld {
  readonly container: ContainerDefinition;
  readonly place: NonNullable<ComputePlaces["fargate"]>;
  /** Path of the package that Lambda would run, and where its layers are. */
  readonly lambda: { readonly path: string; readonly nodePath: string };
  readonly s3: { readonly endpoint: string; readonly client: S3Client; readonly bucket: string };
  readonly store: ObjectStore;
  readonly folder: string;
  /** Runs the container's command line for one order. */
  readonly start: (order: unknown, container?: ContainerDefinition) => RunningContainer;
  readonly stop: () => Promise<void>;
}

const root = resolve(import.meta.dirname, "..", "..");
const TOKEN = "a-secret-of-the-agent";
const layers = () => layerFolders(root, "x86_64");

/** Synthesizes, uploads every asset as `cdk deploy` does, and starts what the task talks to. */
export async function fargateWorld(): Promise<FargateWorld> {
  const stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "millrace-fargate-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = await conditionalFauxqs();
  stack.defer(server.stop);
  const credentials = await credentialsServer();
  stack.defer(credentials.stop);

  const assembly = join(folder, "assembly");
  const { container, place, bucket } = synthesized(assembly);
  const client = new S3Client({
    endpoint: server.address,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const packages = packagesOf(container);
  await client.send(new CreateBucketCommand({ Bucket: packages.function.bucket }));
  for (const { bucket: Bucket, key: Key } of [packages.function, ...packages.layers]) {
    const zip = zipOf(join(assembly, `asset.${Key.replace(".zip", "")}`));
    await uploadInParts(client, { Bucket, Key }, zip);
  }

  let runs = 0;
  return {
    container,
    place,
    folder,
    lambda: {
      path: join(assembly, `asset.${packages.function.key.replace(".zip", "")}`, "index.mjs"),
      nodePath: Object.values(layers())
        .map((layer) => join(layer, "nodejs", "node_modules"))
        .join(":"),
    },
    s3: { endpoint: server.address, client, bucket },
    store: s3ObjectStore({ client, bucket, cacheDirectory: join(folder, "cache") }),
    start: (order, changed = container) =>
      startContainer(changed, {
        folder: join(folder, `container-${runs++}`),
        s3: server.address,
        credentials: { url: credentials.url, token: TOKEN },
        overrides: [{ Name: "MILLRACE_TASK_INPUT", Value: JSON.stringify(order) }],
      }),
    stop: () => stack.disposeAsync(),
  };
}

/** The places of the packages that a container fetches. */
export const packagesOf = (container: ContainerDefinition): TaskSettings["package"] => {
  const settings = container.Environment.find(({ Name }) => Name === "MILLRACE_TASK")?.Value ?? "";
  return JSON.parse(settings).package;
};

function synthesized(outdir: string) {
  const stack = new Stack(testApp({ bundling: true, outdir }), "millrace-test");
  const platform = new Platform(stack, "Platform");
  const defaults = { nativeLayers: new NativeLayers(stack, "Layers", { folders: layers() }) };
  const train = new PlatformFunction(stack, "Train", {
    platform,
    defaults,
    name: "train",
    description: "Trains",
    layers: ["duckdb", "onnxruntime"],
    memoryMb: 3_008,
    timeout: Duration.minutes(15),
  });
  const { place } = new FargateTraining(stack, "Fargate", { platform, defaults, train });
  const template = Template.fromStack(stack).toJSON() as TemplateJson;
  const filled = templateValues(template, "https://sqs.example");
  const task = Object.values(template.Resources).find(
    ({ Type }) => Type === "AWS::ECS::TaskDefinition",
  );
  const [container] = filled(task?.Properties.ContainerDefinitions) as [ContainerDefinition];
  return {
    container,
    place: filled(stack.resolve(place)) as FargateWorld["place"],
    bucket: filled(stack.resolve(platform.bucket.bucketName)) as string,
  };
}

/** A folder as the CDK uploads it. */
function zipOf(folder: string): Uint8Array {
  const files = globSync("**", { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const entries = files.map((path) => [relative(folder, path), readFileSync(path)]);
  return zipSync(Object.fromEntries(entries), { level: 1 });
}

const PART_BYTES = 8 * 1024 ** 2;

/** As the CDK uploads what is large. */
async function uploadInParts(
  client: S3Client,
  place: { readonly Bucket: string; readonly Key: string },
  bytes: Uint8Array,
): Promise<void> {
  const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand(place));
  const Parts: { readonly ETag: string; readonly PartNumber: number }[] = [];
  for (let start = 0; start < bytes.byteLength; start += PART_BYTES) {
    const PartNumber = Parts.length + 1;
    const Body = bytes.subarray(start, start + PART_BYTES);
    const { ETag } = await client.send(
      new UploadPartCommand({ ...place, UploadId, PartNumber, Body }),
    );
    Parts.push({ ETag: ETag ?? "", PartNumber });
  }
  const MultipartUpload = { Parts };
  await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload }));
}

/** The agent of ECS, as far as it gives credentials: only to who knows the container's token. */
async function credentialsServer() {
  const server = createServer((request, response) => {
    const isKnown = request.headers.authorization === TOKEN;
    response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        AccessKeyId: "task",
        SecretAccessKey: "secret",
        Token: "session",
        Expiration: "2099-01-01T00:00:00Z",
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/credentials`,
    stop: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}
