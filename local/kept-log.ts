import { structuredLog } from "../core/observability/structured-log.ts";
import { rollingLines } from "./rolling-lines.ts";

/**
 * A log that also goes to a file, a line of JSON each, so that one run or one request can be looked up
 * by its id afterwards: what CloudWatch keeps on AWS.
 */
export function keptLog(
  path: string,
  log: (line: object) => void,
  stack: DisposableStack | AsyncDisposableStack,
): (line: object) => void {
  const lines = rollingLines(path);
  stack.defer(lines.stop);
  const keep = structuredLog((line) => lines.write(JSON.stringify(line)), Date.now, {});
  return (line) => {
    keep(line);
    log(line);
  };
}
