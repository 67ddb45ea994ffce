import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { AccessTokens, Action } from "../../core/access/access-token.ts";
import type { RateLimit } from "../../core/access/rate-limit.ts";
import { rateLimit } from "../../core/access/rate-limit.ts";
import { tokenCheck, type Wanted } from "../../core/access/token-check.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { type Caller, setCaller } from "./callers.ts";
import type { RouteMatch, RouteMatcher } from "./router.ts";

/** Who may ask: whoever has a token, or whom AWS let through by its signature. */
export type Access =
  | {
      readonly mode: "tokens";
      readonly tokens: Pick<AccessTokens, "find">;
      /** SHA-256 of a text in UTF-8, as lower-case hex. */
      readonly sha256: (text: string) => string;
    }
  | {
      readonly mode: "iam";
      /** Requests a second that one instance takes of one principal. @default no limit */
      readonly requestsPerSecond?: number;
    };

export interface AccessOptions {
  readonly access: Access;
  readonly clock: Clock;
  /** The router's own: what is checked is the route that answers, with its parameters. */
  readonly match: RouteMatcher;
  /** The model that a route answers for whose path names none. @default none */
  readonly modelOf: (event: APIGatewayProxyEventV2) => string | undefined;
}

type CallerOf = (
  event: APIGatewayProxyEventV2,
  route: RouteMatch | undefined,
) => Promise<Caller> | Caller | undefined;

/** What tells nothing of models. */
const PUBLIC = new Set(["/ping", "/v2/health/live", "/v2/health/ready"]);

/** Whether a path is answered without a caller. */
export const isPublic = (path: string): boolean => PUBLIC.has(path);

/**
 * Asks who calls, before anything is done for it. Everything but health wants a caller who may do it, a path
 * that does not exist too: nobody learns without a token which there are.
 *
 * Its hook fails with UnauthorisedError, ForbiddenError, TooManyRequestsError and, where tokens cannot be
 * read, UnavailableError. Signatures are not its business: AWS, or locally what stands for it, refuses them.
 */
export function accessControl(
  options: AccessOptions,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  const { access, clock, match } = options;
  const limit = rateLimit(clock);
  const caller = access.mode === "tokens" ? byToken(options, access, limit) : byIam(access, limit);
  return {
    before: async ({ event }) => {
      const { method } = event.requestContext.http;
      if (isPublic(event.rawPath) || method === "OPTIONS") return;
      const known = await caller(event, match(method, event.rawPath).found);
      if (known) setCaller(event, known);
    },
  };
}

function byToken(
  { clock, modelOf }: AccessOptions,
  { tokens, sha256 }: Extract<Access, { mode: "tokens" }>,
  limit: RateLimit,
): CallerOf {
  const check = tokenCheck({ tokens, sha256, clock });
  return async (event, found) => {
    const wanted = found && wantedBy(found, () => modelOf(event));
    const token = await check(event.headers.authorization, wanted);
    const { requestsPerSecond } = token;
    if (requestsPerSecond !== undefined) limit.take(token.id, requestsPerSecond);
    return token;
  };
}

/** Of a route without a model in its path: who lists or reads about all is told of its own. */
function wantedBy({ route, parameters }: RouteMatch, modelOf: () => string | undefined): Wanted {
  const action: Action = route.action ?? (route.method === "GET" ? "read" : "predict");
  const model = parameters.model ?? (action === "predict" ? modelOf() : undefined);
  return { action, model, isListing: action === "read" && model === undefined };
}

/** What a Function URL of type AWS_IAM adds once it has verified a signature. */
interface WithAuthorizer {
  readonly authorizer?: { readonly iam?: { readonly userArn?: string | null } };
}

/**
 * AWS has let the request through already. It names no principal where the function was invoked without its
 * URL, by who may do that.
 */
function byIam(
  { requestsPerSecond }: Extract<Access, { mode: "iam" }>,
  limit: RateLimit,
): CallerOf {
  return ({ requestContext }) => {
    const name = (requestContext as WithAuthorizer).authorizer?.iam?.userArn;
    if (!name) return undefined;
    if (requestsPerSecond !== undefined) limit.take(name, requestsPerSecond);
    return { name, models: "*" };
  };
}
