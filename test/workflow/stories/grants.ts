import { describe, expect, it } from "vitest";
import type { Statement } from "../iam-policy.ts";
import { missingGrants, type RoleHolder, unusedGrants } from "../unused-grants.ts";
import type { WorkflowWorld } from "../workflow-world.ts";
import { train } from "./train.ts";

const BY_CDK = "SqsEventSource of aws-cdk-lib grants it with what Lambda's poller needs";

/** Grants that no story here makes use of, each with the reason why it is there. */
const NOT_USED: Readonly<Record<string, string>> = {
  "log-predictions sqs:ChangeMessageVisibility": BY_CDK,
  "log-predictions sqs:GetQueueUrl": BY_CDK,
  "ingest-events dynamodb:DeleteItem":
    "only an entity of many events has tiles, that may be removed",
  "ingest-events sqs:ChangeMessageVisibility": BY_CDK,
  "ingest-events sqs:GetQueueUrl": BY_CDK,
};

const unexplained = (grants: readonly string[]) =>
  grants.filter((grant) => !Object.keys(NOT_USED).some((start) => grant.startsWith(start)));

/** To be told last: every role against all that its holder asked for in the stories before. */
export function grantStories(world: () => WorkflowWorld, model: string): void {
  const holder = (name: string): RoleHolder => {
    const found = world().holders.find((other) => other.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };

  describe("the role of each function, container and state machine", () => {
    it("allows everything that was asked for", () => {
      expect(world().uses.length).toBeGreaterThan(500);
      expect(missingGrants(world().holders, world().uses)).toEqual([]);
    });

    it("allows nothing else", () => {
      const unused = unusedGrants(world().holders, world().uses);
      expect(unexplained(unused)).toEqual([]);
      expect(unused, "an exception that is none any more").toHaveLength(
        Object.keys(NOT_USED).length,
      );
    });

    it("fails by one grant that is too much", () => {
      const { id, policy } = holder("evaluate");
      const Resource = "arn:aws:s3:::bucket/sources/*";
      const planted: Statement = { Effect: "Allow", Action: "s3:GetObject", Resource };
      const holders = world().holders.map((other) =>
        other.id === id ? { ...other, policy: [...policy, planted] } : other,
      );

      expect(unexplained(unusedGrants(holders, world().uses))).toEqual([
        "evaluate s3:GetObject bucket/sources/*",
      ]);
    });

    it("fails a run by one grant that is missing, and names it", async () => {
      const { id, policy } = holder("register");
      const isTaken = ({ Action }: Statement) => [Action].flat().includes("s3:PutObject");
      expect(policy.filter(isTaken)).toHaveLength(1);
      world().planted.set(
        id,
        policy.filter((statement) => !isTaken(statement)),
      );
      const { status } = await train(world(), model, "without-a-grant");
      world().planted.delete(id);

      expect(status).toBe("failed");
      const record = await world().registry.run(model, "without-a-grant");
      expect(record.error?.name).toBe("AccessDenied");
      expect(missingGrants(world().holders, world().uses)).toEqual([
        expect.stringMatching(/^register s3:PutObject \S+\/models\//),
      ]);
    });
  });
}
