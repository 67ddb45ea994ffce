import type { SQSBatchResponse } from "aws-lambda";
import { z } from "zod";
import { parseMessage } from "../../core/run/parse-message.ts";
import {
  type NoticeNewDataDeps,
  newDataNoticer,
  type ObjectNotice,
} from "../../core/sources/notice-new-data.ts";

/** What is read of an SQS event. */
export interface QueuedNotices {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/**
 * What is read of S3's event. The key is the object's own: only notifications that S3 sends to a queue by
 * itself have it URL-encoded.
 *
 * Source: "EventBridge event message structure", Amazon S3 user guide.
 */
const objectCreated = z.object({
  time: z.iso.datetime(),
  detail: z.object({ object: z.object({ key: z.string().min(1) }) }),
});

/**
 * Starts runs of models whose sources have new files. What has to wait for a run under way, and what
 * cannot be read, is given back: the queue delivers it again, and in the end to its dead letters.
 */
export function makeHandler(deps: NoticeNewDataDeps) {
  const notice = newDataNoticer(deps);
  return async ({ Records }: QueuedNotices): Promise<SQSBatchResponse> => {
    const notices: ObjectNotice[] = [];
    const givenBack: string[] = [];
    for (const { messageId, body } of Records) {
      try {
        notices.push(noticeOf(messageId, body));
      } catch (error) {
        deps.log({ level: "error", message: String(error), messageId });
        givenBack.push(messageId);
      }
    }
    givenBack.push(...(await notice(notices)));
    return { batchItemFailures: givenBack.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** @throws {SyntaxError} on what is no JSON @throws {InvalidInputError} on another event */
function noticeOf(id: string, body: string): ObjectNotice {
  const { time, detail } = parseMessage(objectCreated, JSON.parse(body));
  return { id, key: detail.object.key, at: time };
}
