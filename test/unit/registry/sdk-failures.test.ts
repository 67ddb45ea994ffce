import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamodbRegistry } from "../../../aws/dynamodb-registry.ts";
import { UnavailableError } from "../../../core/errors.ts";

/** A registry whose table answers every request with what `answer` gives or throws. */
function registryOf(answer: (attempt: number, command: string) => unknown) {
  let attempts = 0;
  const pauses: number[] = [];
  const client = {
    send: async (command: object) => answer(attempts++, command.constructor.name),
  } as unknown as DynamoDBDocumentClient;
  const registry = dynamodbRegistry({
    client,
    table: "registry",
    clock: () => 0,
    newId: () => "id",
    pause: async (attempt) => {
      pauses.push(attempt);
    },
  });
  return { registry, pauses, attempts: () => attempts };
}

const sdkError = (name: string, more: object = {}) =>
  Object.assign(new Error(`${name} happened`), { name }, more);

const canceled = (...codes: readonly string[]) =>
  sdkError("TransactionCanceledException", {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const EVENT = { model: "m", kind: "drift-reported", by: "b", why: "w", subject: "s" } as const;

describe("dynamodbRegistry, when the table fails", () => {
  it.each([
    ["throttling", sdkError("ThrottlingException")],
    ["its throughput", sdkError("ProvisionedThroughputExceededException")],
    ["an internal error", sdkError("InternalServerError")],
    ["any answer of 500", sdkError("Odd", { $metadata: { httpStatusCode: 500 } })],
    ["a closed socket", Object.assign(new Error("closed"), { code: "ECONNREFUSED" })],
  ])("fails with UnavailableError on %s, with the cause", async (_name, error) => {
    const { registry } = registryOf(() => {
      throw error;
    });

    const failure = await registry.model("m").catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure).toMatchObject({ cause: error, message: /registry/ });
  });

  it("fails with UnavailableError on a missing table, and names it", async () => {
    const { registry } = registryOf(() => {
      throw sdkError("ResourceNotFoundException");
    });

    await expect(registry.model("m")).rejects.toThrow(UnavailableError);
    await expect(registry.model("m")).rejects.toThrow(/table registry does not exist/);
  });

  it("lets what it does not know through: that is a bug", async () => {
    const bug = sdkError("ValidationException");
    const { registry } = registryOf(() => {
      throw bug;
    });

    await expect(registry.model("m")).rejects.toBe(bug);
    await expect(registry.record(EVENT)).rejects.toBe(bug);
  });

  it("tries a transaction again that met another one, after a pause", async () => {
    const { registry, pauses, attempts } = registryOf((attempt) => {
      if (attempt < 2) throw canceled("TransactionConflict");
      return {};
    });

    await registry.record(EVENT);

    expect(attempts()).toBe(3);
    expect(pauses).toEqual([0, 1]);
  });

  it("fails with UnavailableError where transactions never stop meeting", async () => {
    const { registry, attempts } = registryOf(() => {
      throw canceled("None", "TransactionConflict");
    });

    await expect(registry.record(EVENT)).rejects.toThrow(UnavailableError);
    expect(attempts()).toBe(60);
  });

  it("fails with UnavailableError where a transaction is throttled", async () => {
    const { registry } = registryOf(() => {
      throw canceled("ThrottlingError");
    });

    await expect(registry.record(EVENT)).rejects.toThrow(UnavailableError);
  });

  it("fails with UnavailableError where every decision is overtaken", async () => {
    const { registry } = registryOf((_attempt, command) => {
      if (command === "GetCommand") return {};
      throw canceled("ConditionalCheckFailed", "None", "None");
    });
    const record = { model: "m", owner: "o", description: "d", definitionDigest: "x" };

    await expect(registry.deployDefinition(record, { by: "b", why: "w" })).rejects.toThrow(
      UnavailableError,
    );
  });

  it("reads every page", async () => {
    const { registry } = registryOf((attempt) => ({
      Items: [{ pk: "MODELS", sk: `m${attempt}`, model: `m${attempt}` }],
      ...(attempt < 2 && { LastEvaluatedKey: { pk: "MODELS", sk: `m${attempt}` } }),
    }));

    expect((await registry.models()).map(({ model }) => model)).toEqual(["m0", "m1", "m2"]);
  });
});
