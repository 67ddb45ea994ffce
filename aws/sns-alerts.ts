import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { Alert, Alerts } from "../core/ports/alerts.ts";
import { callSdk } from "./sdk-errors.ts";

// Source: "Subject" and "Message" of Publish, Amazon SNS API reference: printable ASCII, at most 100
// characters, beginning with a letter, a digit or punctuation; 262,144 bytes of message.
const MAX_SUBJECT_LENGTH = 100;
const MAX_MESSAGE_BYTES = 262_144;

/** Alerts by an SNS topic. Subscribers can filter by the attributes `severity` and `model`. */
export function snsAlerts(options: {
  readonly client: SNSClient;
  readonly topicArn: string;
}): Alerts {
  const { client, topicArn } = options;
  return {
    async send(alert) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(alert),
        Message: messageOf(alert),
        MessageAttributes: {
          severity: { DataType: "String", StringValue: alert.severity },
          model: { DataType: "String", StringValue: alert.model },
        },
      });
      await callSdk(`topic ${topicArn}`, () => client.send(command));
    },
  };
}

/** The alert's first line as a subject that SNS takes. */
export function subjectOf({ severity, subject }: Alert): string {
  const text = `[${severity}] ${subject}`.replace(/\s+/g, " ").replace(/[^\x20-\x7e]/g, "?");
  if (text.length <= MAX_SUBJECT_LENGTH) return text.trim();
  return `${text.slice(0, MAX_SUBJECT_LENGTH - 3).trimEnd()}...`;
}

/** A text for people, cut where SNS would refuse it. */
function messageOf(alert: Alert): string {
  const { severity, model, subject, detail, reportKey, runId, runbook } = alert;
  const facts = Object.entries({ model, severity, run: runId, report: reportKey, runbook })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\n`);
  const end = `\n\n${facts.join("")}`;
  // Whatever is cut, the end says what to do.
  return `${cut(`${subject}\n\n${detail}`, MAX_MESSAGE_BYTES - Buffer.byteLength(end))}${end}`;
}

function cut(text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  return Buffer.from(text)
    .subarray(0, mostBytes - 3)
    .toString()
    .replace(/\ufffd$/, "");
}
