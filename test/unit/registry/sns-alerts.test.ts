import { CreateTopicCommand, type PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import fc from "fast-check";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snsAlerts, subjectOf } from "../../../aws/sns-alerts.ts";
import { UnavailableError } from "../../../core/errors.ts";
import type { Alert } from "../../../core/ports/alerts.ts";

let server: FauxqsServer;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

const ALERT: Alert = { severity: "critical", model: "flights", subject: "it broke", detail: "why" };

const clientOf = (endpoint: string) =>
  new SNSClient({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });

describe("snsAlerts", () => {
  it("delivers the alert as a text, with attributes to filter by", async () => {
    const client = clientOf(server.address);
    const { TopicArn: topicArn = "" } = await client.send(new CreateTopicCommand({ Name: "t" }));
    server.createQueue("q");
    server.subscribe({ topic: "t", queue: "q" });

    await snsAlerts({ client, topicArn }).send({ ...ALERT, reportKey: "reports/1.json" });

    const [message] = server.inspectQueue("q")?.messages.ready ?? [];
    expect(JSON.parse(message?.body ?? "{}")).toMatchObject({
      Subject: "[critical] it broke",
      Message: "it broke\n\nwhy\n\nmodel: flights\nseverity: critical\nreport: reports/1.json\n",
      MessageAttributes: { severity: { Value: "critical" }, model: { Value: "flights" } },
    });
  });

  it("ends with the run and the runbook, however long the detail is", async () => {
    const sent: string[] = [];
    const client = { send: async ({ input }: PublishCommand) => sent.push(input.Message ?? "") };
    const runbook = "docs/runbooks/failed-run.md";

    await snsAlerts({ client: client as unknown as SNSClient, topicArn: "arn" }).send({
      ...ALERT,
      detail: "é".repeat(200_000),
      ...{ runId: "run-1", runbook },
    });

    const [message = ""] = sent;
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
    expect(message).toMatch(
      /é\n\nmodel: flights\nseverity: critical\nrun: run-1\nrunbook: docs\/runbooks\/failed-run\.md\n$/,
    );
  });

  it("cuts a detail that SNS would refuse", async () => {
    const client = clientOf(server.address);
    const { TopicArn: topicArn = "" } = await client.send(new CreateTopicCommand({ Name: "long" }));

    await expect(
      snsAlerts({ client, topicArn }).send({ ...ALERT, detail: "é".repeat(200_000) }),
    ).resolves.toBeUndefined();
  });

  it("fails with UnavailableError where nobody answers", async () => {
    const client = clientOf("http://127.0.0.1:1");
    const alerts = snsAlerts({ client, topicArn: "arn:aws:sns:us-east-1:000000000000:t" });

    await expect(alerts.send(ALERT)).rejects.toThrow(UnavailableError);
  });
});

describe("subjectOf", () => {
  it("is what SNS takes, whatever the alert says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (subject) => {
        expect(subjectOf({ ...ALERT, subject })).toMatch(/^\[critical\][\x20-\x7e]{0,90}$/);
      }),
    );
  });

  it("keeps a short one and cuts a long one", () => {
    expect(subjectOf({ ...ALERT, subject: "a\nb" })).toBe("[critical] a b");
    expect(subjectOf({ ...ALERT, subject: "x".repeat(200) })).toBe(
      `[critical] ${"x".repeat(86)}...`,
    );
  });
});
