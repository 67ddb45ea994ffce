/**
 * Bytes of the line that the endpoint writes for a request, its metrics included.
 * `test/unit/cost/request-log-lines.test.ts` keeps it within 15% of what the function writes.
 */
export const REQUEST_LINE_BYTES = 620;

/**
 * Bytes of the lines that Lambda writes for an invocation by itself: START, END, REPORT.
 *
 * Source: "Log and monitor Node.js Lambda functions", AWS Lambda developer guide; with a UUID, a duration of
 * four digits, and the trace id of an invocation that is traced.
 */
export const LAMBDA_LINES_BYTES = [
  "START RequestId: c793869b-ee49-115b-a5b6-4fd21e8dedac Version: $LATEST\n",
  "END RequestId: c793869b-ee49-115b-a5b6-4fd21e8dedac\n",
  "REPORT RequestId: c793869b-ee49-115b-a5b6-4fd21e8dedac\tDuration: 12.97 ms\tBilled Duration: 13 ms\t",
  "Memory Size: 1769 MB\tMax Memory Used: 218 MB\t\n",
  "XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t\n",
].join("").length;
