import type { SQSBatchResponse } from "aws-lambda";
import { type NoticeNewDataDeps, newDataNoticer } from "../../core/sources/notice-new-data.ts";
import { type ObjectNotice, objectNotice } from "../../core/sources/object-notice.ts";

/** What is read of an SQS event. */
export interface QueuedNotices {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

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
        notices.push(objectNotice(messageId, body));
      } catch (error) {
        deps.log({ level: "error", message: String(error), messageId });
        givenBack.push(messageId);
      }
    }
    givenBack.push(...(await notice(notices)));
    return { batchItemFailures: givenBack.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
