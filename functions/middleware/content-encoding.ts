import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { InvalidInputError, PlatformError, UnsupportedTypeError } from "../../core/errors.ts";
import { shortened } from "../../core/shown-value.ts";
import { bodyBytes, checkSize } from "./request-body.ts";

/**
 * Unpacks bodies that come as gzip or deflate. What comes out is bounded as any body is: unpacking
 * ends where there is more, so that a few packed bytes do not fill the memory.
 *
 * Its hook fails with UnsupportedTypeError on any other encoding, TooLargeError, and InvalidInputError
 * where the bytes are not what the header says.
 */
export function contentEncoding(): MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2
> {
  return {
    before: ({ event }) => {
      const encoding = event.headers["content-encoding"];
      if (encoding === undefined || encoding === "identity") return undefined;
      return unpackBody(event, encoding.trim().toLowerCase());
    },
  };
}

async function unpackBody(event: APIGatewayProxyEventV2, encoding: string): Promise<undefined> {
  if (encoding !== "gzip" && encoding !== "deflate") {
    throw new UnsupportedTypeError(
      `content encoding ${shortened(encoding)} is not read here; send gzip, deflate or none`,
    );
  }
  const unpacked = await inflated(bodyBytes(event), encoding);
  // The same event: what is known of the request is kept under it.
  event.body = unpacked.toString("base64");
  event.isBase64Encoded = true;
}

/** A web standard, so that no module of Node's is needed here. */
async function inflated(bytes: Buffer, encoding: "gzip" | "deflate"): Promise<Buffer> {
  const packed = new Blob([new Uint8Array(bytes)]).stream();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    // leaving the loop ends the stream
    for await (const chunk of packed.pipeThrough(new DecompressionStream(encoding))) {
      sizeBytes += chunk.byteLength;
      checkSize(sizeBytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    throw new InvalidInputError(`body is not ${encoding}, as its content-encoding says`, { cause });
  }
  return Buffer.concat(chunks);
}
