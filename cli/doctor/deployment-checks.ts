import { type Check, ok, seeRunbook, type Verdict, warning, wrong } from "./finding.ts";

/** What doctor asks of a deployment. Each may throw: not being allowed to look is a finding. */
export interface DeploymentProbes {
  readonly stack: () => Promise<{
    readonly name: string;
    readonly status: string;
    readonly resources: readonly { readonly logicalId: string; readonly status: string }[];
  }>;
  /** Resolves if the bucket is there and may be read. */
  readonly bucket: () => Promise<void>;
  /** Reads the list of models. */
  readonly registry: () => Promise<{ readonly models: number }>;
  /** Asks the prediction URL whether it is ready, signed. */
  readonly endpoint: () => Promise<{ readonly status: number; readonly body: string }>;
  readonly queues: () => Promise<{
    readonly waitingPredictions: number;
    readonly deadLetters: number;
  }>;
  /** Alarms of the stack that are on. */
  readonly alarmsOn: () => Promise<readonly { readonly name: string; readonly text: string }[]>;
  readonly schedules: () => Promise<readonly { readonly name: string; readonly state: string }[]>;
  readonly functions: () => Promise<
    readonly {
      readonly name: string;
      readonly state: string;
      readonly lastUpdate: string;
      readonly reason: string;
    }[]
  >;
  /** Concurrent executions of Lambda that the account may have in the region. */
  readonly concurrency: () => Promise<{
    readonly limit: number;
    readonly unreserved: number;
    /** Where the stack's alarm rings; `undefined` without one. */
    readonly alarmAt: number | undefined;
  }>;
}

/** A minute's worth of a busy endpoint; more waits where the consumer is slow, throttled or failing. */
const MANY_MESSAGES = 5_000;

/** Below it, training of a few candidates beside predictions meets the limit. */
const LITTLE_CONCURRENCY = 50;

/** Looks at what was deployed. */
export const deploymentChecks = (probes: DeploymentProbes): readonly Check[] => [
  { name: "stack", look: () => stack(probes) },
  { name: "objects", look: () => bucket(probes) },
  { name: "registry", look: () => registry(probes) },
  { name: "functions", look: () => functions(probes) },
  { name: "endpoint", look: () => endpoint(probes) },
  { name: "prediction log", look: () => queues(probes) },
  { name: "alarms", look: () => alarms(probes) },
  { name: "schedules", look: () => schedules(probes) },
  { name: "concurrency", look: () => concurrency(probes) },
];

async function stack(probes: DeploymentProbes): Promise<readonly Verdict[]> {
  const { name, status, resources } = await probes.stack();
  const failed = resources.filter((resource) => resource.status.endsWith("_FAILED"));
  return [
    stackVerdict(name, status),
    ...failed.map((resource) =>
      wrong(
        `${resource.logicalId} is ${resource.status}`,
        `aws cloudformation describe-stack-events --stack-name ${name} says why`,
      ),
    ),
  ];
}

function stackVerdict(name: string, status: string): Verdict {
  if (status === "UPDATE_ROLLBACK_COMPLETE") {
    return warning(
      `${name}: the last deployment failed and was taken back`,
      `aws cloudformation describe-stack-events --stack-name ${name} says why; what was before is running`,
    );
  }
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok(`${name} is ${status}`);
  if (status.endsWith("_IN_PROGRESS")) {
    return warning(`${name} is ${status}`, "wait for the end of the deployment, then ask again");
  }
  return wrong(
    `${name} is ${status}`,
    status === "ROLLBACK_COMPLETE"
      ? "its first deployment failed: remove the stack (npx cdk destroy) and deploy again"
      : `aws cloudformation describe-stack-events --stack-name ${name} says why`,
  );
}

async function bucket(probes: DeploymentProbes): Promise<Verdict> {
  await probes.bucket();
  return ok("the bucket can be read");
}

async function registry(probes: DeploymentProbes): Promise<Verdict> {
  const { models } = await probes.registry();
  return ok(`the registry knows ${models} model${models === 1 ? "" : "s"}`);
}

async function functions(probes: DeploymentProbes): Promise<readonly Verdict[]> {
  const all = await probes.functions();
  const broken = all.filter(
    ({ state, lastUpdate }) => state === "Failed" || lastUpdate === "Failed",
  );
  if (broken.length === 0) return [ok(`${all.length} functions can be invoked`)];
  return broken.map(({ name, state, lastUpdate, reason }) =>
    wrong(
      `function ${name} is ${state}, its last update ${lastUpdate}: ${reason}`,
      "deploy again (npx cdk deploy)",
    ),
  );
}

async function endpoint(probes: DeploymentProbes): Promise<Verdict> {
  const { status, body } = await probes.endpoint();
  if (status === 200) return ok("the prediction URL is ready");
  const found = `the prediction URL answers ${status}: ${body.slice(0, 200)}`;
  if (status === 403) {
    return wrong(
      found,
      "your identity needs lambda:InvokeFunctionUrl and lambda:InvokeFunction on the predict function",
    );
  }
  return wrong(found, seeRunbook(status === 429 ? "throttling" : "server-errors"));
}

async function queues(probes: DeploymentProbes): Promise<readonly Verdict[]> {
  const { waitingPredictions, deadLetters } = await probes.queues();
  return [
    waitingPredictions > MANY_MESSAGES
      ? warning(
          `${waitingPredictions} messages of logged predictions wait`,
          `the log falls behind; ${seeRunbook("dead-letters")}`,
        )
      : ok(`${waitingPredictions} messages of logged predictions wait`),
    deadLetters > 0
      ? wrong(
          `${deadLetters} dead letters`,
          `they are kept for 14 days; ${seeRunbook("dead-letters")}`,
        )
      : ok("no dead letters"),
  ];
}

async function alarms(probes: DeploymentProbes): Promise<readonly Verdict[]> {
  const on = await probes.alarmsOn();
  if (on.length === 0) return [ok("no alarm is on")];
  return on.map(({ name, text }) => wrong(`${name} is on`, text));
}

async function schedules(probes: DeploymentProbes): Promise<readonly Verdict[]> {
  const all = await probes.schedules();
  const off = all.filter(({ state }) => state !== "ENABLED");
  if (off.length === 0) return [ok(`${all.length} schedules are enabled`)];
  return off.map(({ name, state }) =>
    wrong(
      `schedule ${name} is ${state}`,
      "somebody switched it off by hand; the next deployment that changes it switches it on again",
    ),
  );
}

async function concurrency(probes: DeploymentProbes): Promise<Verdict> {
  const { limit, unreserved, alarmAt } = await probes.concurrency();
  const found = `${limit} concurrent executions of Lambda, ${unreserved} of them not reserved`;
  if (alarmAt !== undefined && alarmAt > limit) {
    return warning(
      `${found}; the alarm would ring at ${alarmAt}, which cannot be`,
      `set accountConcurrency to ${limit} and deploy`,
    );
  }
  if (unreserved >= LITTLE_CONCURRENCY) return ok(found);
  return warning(
    found,
    `predictions and runs share them; ask for more and set accountConcurrency: ${seeRunbook("throttling")}`,
  );
}
