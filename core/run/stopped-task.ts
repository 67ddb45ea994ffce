/** The parts of a task's description that say why it stopped. */
interface StoppedTask {
  readonly TaskArn: string;
  readonly StoppedReason?: unknown;
  readonly Containers?: unknown;
}

/**
 * Why a container stopped, in one line, from what Step Functions puts into `Cause` when a task of
 * `ecs:runTask.sync` fails: the description of the task, a few thousand characters of JSON.
 *
 * Source: "DescribeTasks", Amazon ECS API reference; its names begin with capitals in Step Functions.
 *
 * @returns such as `task 1f5c… stopped: Essential container in task exited (train: exit code 137,
 *   OutOfMemoryError: Container killed due to memory usage)`; `undefined` where it describes no task
 */
export function stoppedTaskText(cause: Readonly<Record<string, unknown>>): string | undefined {
  if (!isStoppedTask(cause)) return undefined;
  const { TaskArn, StoppedReason = "no reason given", Containers } = cause;
  const containers = (Array.isArray(Containers) ? Containers : []).map(containerText);
  const id = TaskArn.split("/").at(-1);
  const shown = containers.length === 0 ? "" : ` (${containers.join("; ")})`;
  return `task ${id} stopped: ${StoppedReason}${shown}`;
}

const isStoppedTask = (cause: object): cause is StoppedTask =>
  "TaskArn" in cause && typeof cause.TaskArn === "string";

function containerText({ Name, ExitCode, Reason }: Readonly<Record<string, unknown>>): string {
  const code = ExitCode === undefined ? "did not start" : `exit code ${ExitCode}`;
  return `${Name}: ${Reason === undefined ? code : `${code}, ${Reason}`}`;
}
