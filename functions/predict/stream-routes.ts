import { eventsDoc } from "../../core/openapi/prediction-docs.ts";
import type { AcceptedEvents } from "../../core/streams/accept-events.ts";
import { jsonBody } from "../middleware/json-body.ts";
import type { RequestFacts } from "../middleware/request-facts.ts";
import type { Route } from "../middleware/router.ts";

export interface StreamRoutesDeps {
  readonly acceptEvents: (stream: string, body: unknown) => Promise<AcceptedEvents>;
  readonly facts: Pick<RequestFacts, "add">;
}

/**
 * Events of a stream: `{"events": [{"id": …, <fields>}]}` in; how many are taken out, and of each that is
 * not, why. 202 where at least one is taken, 400 where none is.
 */
export function streamRoutes({ acceptEvents, facts }: StreamRoutesDeps): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/streams/{stream}/events",
      doc: eventsDoc,
      action: "events",
      answer: async (event, { stream = "" }) => {
        const taken = await acceptEvents(stream, jsonBody(event));
        const { accepted, rejected } = taken;
        facts.add(event, { stream: taken.stream, accepted, rejected: rejected.length });
        return accepted > 0 ? taken : { ...refusal(taken), ...taken };
      },
      statusOf: (body) => ((body as AcceptedEvents).accepted > 0 ? 202 : 400),
    },
  ];
}

/** As every error of the endpoint says it, beside the issues of each event. */
function refusal({ rejected: [first] }: AcceptedEvents) {
  const { path = "", message = "" } = first?.issues[0] ?? {};
  const place = ["events[0]", path].filter((part) => part !== "").join(".");
  return { error: "InvalidInputError", message: `no event was taken: ${place} ${message}` };
}
