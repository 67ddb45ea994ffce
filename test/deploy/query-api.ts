import { AwsV4Signer } from "aws4fetch";
import { type Cloud, CREDENTIALS, REGION } from "./cloud.ts";

/**
 * Asks by AWS's query protocol, for services whose client is no dependency of the project.
 *
 * @param body the action with its parameters, as a form
 */
export async function queried({ endpoint }: Cloud, service: string, body: string): Promise<string> {
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    method: "POST",
    url: `${endpoint}/`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
    service,
    region: REGION,
  });
  const { url, ...request } = await signer.sign();
  const response = await fetch(url, request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text}`);
  return text;
}
