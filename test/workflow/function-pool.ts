import { join } from "node:path";
import type { DeployedFunction } from "./deployment.ts";
import { type FunctionPackages, LAYER_PATH } from "./function-packages.ts";
import { type FunctionProcess, startFunction } from "./function-process.ts";
import type { Workers } from "./invoker.ts";
import { REGION } from "./template-values.ts";

export interface FunctionPool {
  /** The function's warm instances, and new ones where all are busy. */
  readonly workersOf: (fn: DeployedFunction) => Workers;
  readonly stop: () => Promise<void>;
}

/** Logical id of whatever has the role that an access key id belongs to. */
export const ownerOf = (accessKeyId: string): string => accessKeyId.split(".")[0] ?? "";

/** Keeps instances of functions warm between events, as Lambda does. */
export function functionPool(options: {
  readonly packages: FunctionPackages;
  readonly folder: string;
  readonly endpoint: () => string;
}): FunctionPool {
  const idle = new Map<string, FunctionProcess[]>();
  const all: FunctionProcess[] = [];
  let started = 0;

  const start = async (fn: DeployedFunction): Promise<FunctionProcess> => {
    const id = `${fn.logicalId}.${started++}`;
    const instance = await startFunction(options.packages.pathOf(fn.name), {
      runtime: options.packages.runtime,
      id,
      environment: {
        ...environmentOf(fn, id, options.endpoint()),
        NODE_COMPILE_CACHE: join(options.folder, "compiled"),
      },
      temporaryFolder: join(options.folder, "tmp", id),
    });
    all.push(instance);
    return instance;
  };

  return {
    workersOf: (fn) => ({
      async take() {
        const warm = (idle.get(fn.logicalId) ?? []).filter((instance) => instance.isAlive());
        const taken = warm.pop();
        idle.set(fn.logicalId, warm);
        return taken ?? start(fn);
      },
      give: (instance) => void idle.get(fn.logicalId)?.push(instance),
    }),
    async stop() {
      for (const instance of all) instance.kill();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

/** What Lambda sets for a function, and nothing of this process's own. */
function environmentOf(
  fn: DeployedFunction,
  accessKeyId: string,
  endpoint: string,
): Readonly<Record<string, string>> {
  return {
    ...fn.environment,
    AWS_REGION: REGION,
    AWS_LAMBDA_FUNCTION_NAME: fn.logicalId,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: endpoint,
    // The SDK's own three attempts would hide one throttled call from the state machine.
    AWS_MAX_ATTEMPTS: "1",
    NODE_PATH: LAYER_PATH,
    NODE_NO_WARNINGS: "1",
    ORT_DISABLE_TELEMETRY: "1",
  };
}
