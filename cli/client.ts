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
      if (answer === undefined) {
        throw new RefusedError(
          `${url} answers with ${response.status} and no JSON, so it is no Millrace platform: ${text.slice(0, 100)}`,
        );
      }
      if (response.ok) return answer;
      throw new RefusedError(refusal(answer, response.status));
    },
  };
}

async function request(
  url: string,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  if (!URL.canParse(path, url)) {
    throw new RefusedError(`${url} is no URL; give one such as http://127.0.0.1:4700`);
  }
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

/** @returns `undefined` if the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(answer: unknown, status: number): string {
  const { message, error } = (answer ?? {}) as { message?: string; error?: string };
  return message ?? error ?? `the platform answered with ${status}`;
}
