import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { IntegrityError, InvalidInputError } from "../../core/errors.ts";
import type { ObjectPlace, SignedS3 } from "./signed-s3.ts";
import { unpack } from "./unpack.ts";

/** A handler as Lambda calls it. */
export type Handler = (
  event: unknown,
  context: { readonly awsRequestId: string },
) => Promise<unknown>;

/** Where the packages lie that a Lambda function was deployed from. */
export interface FunctionPackage {
  readonly function: ObjectPlace;
  readonly layers: readonly ObjectPlace[];
}

/** What a container has besides its command: `cdk/constructs/fargate-training.ts` writes it. */
export interface TaskSettings {
  readonly region: string;
  /** Host name of S3 in the region. */
  readonly s3Host: string;
  /** Bucket that outcomes go to. */
  readonly bucket: string;
  readonly package: FunctionPackage;
}

/** @throws {InvalidInputError} */
export function taskSettingsOf(text: string | undefined): TaskSettings {
  try {
    return JSON.parse(text ?? "") as TaskSettings;
  } catch (cause) {
    throw new InvalidInputError(`MILLRACE_TASK is no JSON: ${text}`, { cause });
  }
}

/**
 * Brings a function and its layers to this machine as Lambda would, the layers below `opt`, where the
 * container's NODE_PATH looks, and loads its handler.
 *
 * @returns the handler, and how many bytes were unpacked
 * @throws {IntegrityError} if a package is damaged or holds no handler
 */
export async function loadFunction(
  s3: Pick<SignedS3, "get">,
  { function: code, layers }: FunctionPackage,
  folder: string,
): Promise<{ readonly handler: Handler; readonly sizeBytes: number }> {
  await rm(folder, { recursive: true, force: true });
  const task = join(folder, "task");
  const bring = async (place: ObjectPlace, target: string) =>
    unpack(await s3.get(place), target, `s3://${place.bucket}/${place.key}`);
  const sizes = await Promise.all([
    bring(code, task),
    ...layers.map((layer) => bring(layer, join(folder, "opt"))),
  ]);
  const handler = await handlerOf(join(task, "index.mjs"));
  return { handler, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function handlerOf(path: string): Promise<Handler> {
  const loaded = await import(pathToFileURL(path).href).catch((cause: Error) => {
    throw new IntegrityError(`the function's package does not load: ${cause.message}`, { cause });
  });
  if (typeof loaded.handler === "function") return loaded.handler;
  throw new IntegrityError("the function's package exports no handler");
}
