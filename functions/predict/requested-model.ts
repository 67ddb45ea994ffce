import type { APIGatewayProxyEventV2 } from "aws-lambda";

const MODEL_IN_PATH = /^(?:\/v[12](?:\/repository)?)?\/models\/([^/:]+)/;

/** Source: "Invoke a multi-model endpoint", Amazon SageMaker AI developer guide. */
export const TARGET_MODEL = "x-amzn-sagemaker-target-model";

type Requested = Pick<APIGatewayProxyEventV2, "rawPath" | "headers">;

/**
 * The model that a request names, in its path or, where an invocation does, its header; as the caller wrote it.
 *
 * @returns `undefined` where it names none: no model is meant, or an invocation's the only one
 */
export function requestedModel({ rawPath, headers }: Requested): string | undefined {
  const inPath = MODEL_IN_PATH.exec(rawPath)?.[1];
  if (inPath !== undefined || rawPath !== "/invocations") return inPath;
  return headers[TARGET_MODEL]?.split("/", 1)[0];
}
