import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { AliasCache } from "../../core/inference/alias-cache.ts";
import type { EmitMetrics } from "../../core/ports/metrics.ts";

const MODEL_IN_PATH = /^(?:\/v2)?\/models\/([^/]+)/;

/** The model that a request is about; names that nothing is served under are one: they come from callers. */
export function modelDimension(aliases: Pick<AliasCache, "isServing">) {
  return ({ rawPath }: APIGatewayProxyEventV2): Readonly<Record<string, string>> => {
    const model = MODEL_IN_PATH.exec(rawPath)?.[1];
    if (model === undefined) return { Model: "none" };
    return { Model: aliases.isServing(model) ? model : "unknown" };
  };
}

/** Tells that a new version could not be taken up, while the one before it keeps serving. */
export function refreshFailure({
  log,
  emit,
}: {
  readonly log: (line: object) => void;
  readonly emit: EmitMetrics;
}) {
  return (model: string, error: unknown): void => {
    log({
      level: "error",
      model,
      message: "the version before keeps serving",
      error: String(error),
    });
    emit({ Model: model }, [{ name: "RefreshFailures", unit: "Count", value: 1 }]);
  };
}
