import { join } from "node:path";
import { buildSync } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/**
 * Most bytes of the program. A task definition may have 64 KB in all; it was 32 KB once, and there is no
 * need to try whether every region has heard of it.
 *
 * Source: "Amazon ECS service quotas", Amazon ECS developer guide, task definition size limit.
 */
export const TASK_RUNNER_LIMIT_BYTES = 28 * 1024;

/**
 * `functions/task-runner` as one program for `node --eval`: it is part of the container's command, so
 * that no image is built and nothing is installed.
 *
 * @returns ASCII text
 * @throws {Error} if it is too long for a task definition
 */
export function taskRunnerBundle(limitBytes = TASK_RUNNER_LIMIT_BYTES): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, "functions", "task-runner", "index.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    charset: "ascii",
    legalComments: "none",
    minify: true,
    // What looks like Fn::Sub's `${Name}` in a template is an error to its checkers.
    supported: { "template-literal": false },
  });
  const text = outputFiles[0]?.text ?? "";
  if (text.length > 0 && text.length <= limitBytes) return text;
  throw new Error(
    `functions/task-runner is ${text.length} bytes as one program, a task definition takes ${limitBytes}; import less`,
  );
}
