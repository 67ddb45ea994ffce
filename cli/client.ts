/** An answer of the platform that says no. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** Calls the running platform. */
export interface Client {
  readonly url: string;
  call(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<unknown>;
}

/**
 * @param url where the platform listens, such as http://127.0.0.1:4700
 * @param token shown to whoever answers predictions; the control api is not told it
 */
export function platformClient(url: string, token?: string): Client {
  return {
    url,
    async call(method, path, body) {
      const shown = path.startsWith("/api/") ? undefined : token;
      const response = await request(url, { method, path, body, token: shown });
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

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly token: string | undefined;
}

async function request(url: string, { method, path, body, token }: Asked): Promise<Response> {
  if (!URL.canParse(path, url)) {
    throw new RefusedError(`${url} is no URL; give one such as http://127.0.0.1:4700`);
  }
  try {
    return await fetch(new URL(path, url), {
      method,
      headers: {
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
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
  const told = message ?? error ?? `the platform answered with ${status}`;
  if (status !== 401) return told;
  return `${told}; set MILLRACE_TOKEN to a token of millrace tokens create`;
}
