import { setTimeout } from "node:timers/promises";
import { ulid } from "ulid";
import { errorFields } from "../../core/observability/error-fields.ts";
import { again, reaching } from "./again.ts";
import { containerCredentials } from "./container-credentials.ts";
import { loadFunction, taskSettingsOf } from "./function-package.ts";
import { runTask } from "./run-task.ts";
import { signedS3 } from "./signed-s3.ts";

const { env } = process;
const log = (line: object) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), ...line }));
const sleep = (ms: number) => setTimeout(ms, undefined);

try {
  const { region, s3Host, bucket, package: code } = taskSettingsOf(env.MILLRACE_TASK);
  const s3 = signedS3({
    fetch,
    sleep,
    region,
    host: s3Host,
    endpoint: env.AWS_ENDPOINT_URL_S3,
    credentials: () =>
      again(
        () =>
          containerCredentials(reaching(fetch), {
            relativeUri: env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
            fullUri: env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
            token: env.AWS_CONTAINER_AUTHORIZATION_TOKEN,
          }),
        { sleep },
      ),
  });
  await runTask(env.MILLRACE_TASK_INPUT, {
    loadHandler: () => loadFunction(s3, code, env.MILLRACE_TASK_FOLDER ?? "/tmp/millrace"),
    store: (key, text) => s3.putNew({ bucket, key }, text),
    newId: ulid,
    sleep,
    stopwatch: () => performance.now(),
    log,
  });
  // What the function left open, such as connections, would keep the container.
  process.exit(0);
} catch (error) {
  log({ level: "error", function: "task-runner", outcome: "lost", ...errorFields(error) });
  process.exit(1);
}
