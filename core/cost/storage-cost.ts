import type { Use } from "./cost-line.ts";
import type { Measurements } from "./measurements.ts";
import { IDLE_QUEUE_REQUESTS } from "./prediction-log-use.ts";
import { BYTES_PER_GB } from "./prices.ts";

/** What keeping the model's objects and records for a month uses. */
export function storageUses({ storage }: Measurements): readonly Use[] {
  const registryGb = storage.registryBytes / BYTES_PER_GB;
  return [
    ...Object.entries(storage.objects).map(
      ([prefix, { objects, bytes }]): Use => ({
        item: `${prefix}/`,
        price: "s3UsdPerGbMonth",
        quantity: bytes / BYTES_PER_GB,
        how: `${objects.toLocaleString("en")} objects, ${bytes.toLocaleString("en")} bytes`,
      }),
    ),
    {
      item: "registry",
      price: "dynamodbUsdPerGbMonth",
      quantity: registryGb,
      how: `${storage.registryBytes.toLocaleString("en")} bytes`,
    },
    {
      item: "registry: recovery to any point in time",
      price: "dynamodbRecoveryUsdPerGbMonth",
      quantity: registryGb,
      how: "the same bytes",
    },
  ];
}

/** What a deployment uses each month whether or not anybody does anything; all its models share it. */
export function idleUses({ platform }: Measurements): readonly Use[] {
  const { alarms, dashboards, kmsKeys } = platform;
  return [
    { item: "alarms", price: "alarmUsdPerMonth", quantity: alarms, how: `${alarms} alarms` },
    {
      item: "dashboard",
      price: "dashboardUsdPerMonth",
      quantity: dashboards,
      how: `${dashboards} dashboard`,
    },
    ...(kmsKeys === 0
      ? []
      : [{ item: "key", price: "kmsKeyUsdPerMonth", quantity: kmsKeys, how: "a key" } as const]),
    {
      item: "prediction queue",
      price: "sqsUsdPerRequest",
      quantity: IDLE_QUEUE_REQUESTS,
      how: "Lambda asks it 5 × each 20 s",
    },
  ];
}
