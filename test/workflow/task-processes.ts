import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DeployedTask } from "./deployment.ts";
import { LAYER_PATH } from "./function-packages.ts";
import { LostProcessError } from "./function-process.ts";
import type { Workers } from "./invoker.ts";

/**
 * Containers of a task definition, each a process that runs the definition's own command with its own
 * variables, until it ends. What they are given are the variables of the task's overrides.
 *
 * @param endpoint of every service, and of the task role's credentials
 */
export function taskContainers(
  task: DeployedTask,
  options: { readonly folder: string; readonly endpoint: string },
): Workers {
  return {
    async take() {
      const id = `${task.role.logicalId}.${randomUUID()}`;
      const folder = join(options.folder, "containers", id);
      await mkdir(folder, { recursive: true });
      const ending = Promise.withResolvers<unknown>();
      let kill = () => {};
      return {
        id,
        isAlive: () => false,
        kill: () => kill(),
        ended: ending.promise,
        async invoke({ event }) {
          const [, ...command] = task.command;
          const child = spawn(process.execPath, command, {
            env: environmentOf(task, { ...options, id, folder, given: event as Variables }),
            stdio: ["ignore", "ignore", "inherit"],
          });
          kill = () => child.kill("SIGKILL");
          const [code, signal] = await once(child, "close");
          ending.resolve(code);
          if (code === 0) return { output: {} };
          throw new LostProcessError(`the container ended by ${signal ?? code}`);
        },
      };
    },
    give: () => {},
  };
}

type Variables = Readonly<Record<string, string>>;

function environmentOf(
  task: DeployedTask,
  run: {
    readonly id: string;
    readonly folder: string;
    readonly endpoint: string;
    readonly given: Variables;
  },
): Variables {
  return {
    ...task.environment,
    ...run.given,
    AWS_ENDPOINT_URL: run.endpoint,
    AWS_ENDPOINT_URL_S3: run.endpoint,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${run.endpoint}/credentials/${run.id}`,
    AWS_MAX_ATTEMPTS: "1",
    // The container's writable volume, and its layers beside what stands for them here.
    MILLRACE_TASK_FOLDER: run.folder,
    NODE_PATH: `${run.folder}/opt/nodejs/node_modules:${LAYER_PATH}`,
    ORT_DISABLE_TELEMETRY: "1",
    TMPDIR: run.folder,
  };
}
