import { buildApp } from "fauxqs";

/**
 * fauxqs, whose S3 ignores `If-None-Match`, with that header kept as S3 keeps it: of puts under one
 * key the first is taken and every other is answered 412, also while the first is on its way.
 */
export async function conditionalFauxqs() {
  const app = buildApp({ logger: false });
  const taken = new Set<string>();
  app.addHook("onRequest", async (request, reply) => {
    if (request.method !== "PUT" || request.headers["if-none-match"] !== "*") return;
    const path = request.url.split("?")[0] ?? "";
    if (taken.has(path) || (await app.inject({ method: "HEAD", url: path })).statusCode === 200) {
      return reply
        .code(412)
        .header("content-type", "application/xml")
        .send("<Error><Code>PreconditionFailed</Code><Message>it is there</Message></Error>");
    }
    taken.add(path);
  });
  app.addHook("onResponse", async (request) => {
    if (request.method === "PUT") taken.delete(request.url.split("?")[0] ?? "");
  });
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  return { address, stop: () => app.close() };
}
