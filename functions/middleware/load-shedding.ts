import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { UnavailableError } from "../../core/errors.ts";
import { isHealthPath, type LoadGate, SHED_MESSAGE, SHED_RETRY_SECONDS } from "./load-gate.ts";

/**
 * Answers 503 where there is no room for a request. Health and readiness are always told.
 *
 * @param onShed told of each request that was shed
 */
export function loadShedding(
  gate: LoadGate,
  onShed: () => void,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const entered = new WeakMap<APIGatewayProxyEventV2, () => void>();
  const leave = ({ event }: { readonly event: APIGatewayProxyEventV2 }): void => {
    entered.get(event)?.();
    // what fails after its answer ends twice
    entered.delete(event);
  };
  return {
    before: ({ event }) => {
      if (isHealthPath(event.rawPath)) return;
      const giveBack = gate.enter(event.body?.length ?? 0);
      if (giveBack === undefined) {
        onShed();
        throw new UnavailableError(SHED_MESSAGE, {
          isPublic: true,
          retryAfterSeconds: SHED_RETRY_SECONDS,
        });
      }
      entered.set(event, giveBack);
    },
    after: leave,
    onError: leave,
  };
}
