/** An answer of the platform that says no. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Calls the running platform. */
export interface Client {
  readonly url: string;
  call(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<unknown>;
}

/** @param url where the platform listens, such as http://127.0.0.1:4700 */
export function platformClient(url: string): Client {
  return {
    url,
    async call(method, path, body) {
      const response = await request(url, method, path, body);
      const text = await response.text();
      const answer = parsed(text);
      if (response.ok) return answer;
      throw new RefusedError(`${response.status}: ${refusal(answer, text)}`);
    },
  };
}

async function request(
  url: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  try {
    return await fetch(new URL(path, url), {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch (cause) {
    throw new RefusedError(`no platform answers at ${url}; start it with npm start`, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // an answer that is no JSON is shown as it is
    return undefined;
  }
}

function refusal(answer: unknown, text: string): string {
  const { message, error } = (answer ?? {}) as { message?: string; error?: string };
  return message ?? error ?? text.slice(0, 500);
}
