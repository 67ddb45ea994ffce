import { describe, expect, it } from "vitest";
import { missingGrants, unusedGrants } from "../unused-grants.ts";
import type { WorkflowWorld } from "../workflow-world.ts";

const BY_CDK = "SqsEventSource of aws-cdk-lib grants it with what Lambda's poller needs";

/** Grants that no story here makes use of, each with the reason why it is there. */
const NOT_USED: Readonly<Record<string, string>> = {
  "log-predictions sqs:ChangeMessageVisibility": BY_CDK,
  "log-predictions sqs:GetQueueUrl": BY_CDK,
};

/** To be told last: every role against all that its holder asked for in the stories before. */
export function grantStories(world: () => WorkflowWorld): void {
  describe("the role of each function and state machine", () => {
    it("allows everything that was asked for", () => {
      expect(world().uses.length).toBeGreaterThan(500);
      expect(missingGrants(world().holders, world().uses)).toEqual([]);
    });

    it("allows nothing else", () => {
      const unused = unusedGrants(world().holders, world().uses);
      const known = Object.keys(NOT_USED);
      expect(unused.filter((grant) => !known.some((start) => grant.startsWith(start)))).toEqual([]);
      expect(unused, "an exception that is none any more").toHaveLength(known.length);
    });
  });
}
