import { answerOrder } from "./answer-order.ts";
import { heavyFunction } from "./heavy-functions.ts";

/** Entry of a heavy function's own process; the function's name is its argument. */
answerOrder(async (input, environment) => {
  const handle = await heavyFunction(process.argv[2] ?? "", environment);
  return handle(input);
});
