import { canonicalJson } from "../../core/canonical-json.ts";
import type { DefinitionBundle } from "../../core/definition/definition-digest.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { InvalidInputError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Change } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { storageKeys } from "../../core/storage-keys.ts";

export interface RegisterDefinitionsDeps {
  readonly bundles: () => Promise<readonly DefinitionBundle[]>;
  /** Streams with the digests of their canonical JSON. @default none */
  readonly streams?: () => Promise<readonly StreamToRegister[]>;
  readonly store: Pick<ObjectStore, "put">;
  readonly registry: Pick<Registry, "deployDefinition" | "deployStream">;
  readonly change: Change;
}

export interface RegisteredDefinition {
  readonly model: string;
  readonly digest: string;
}

export interface RegisteredStream {
  readonly stream: string;
  readonly digest: string;
}

export interface StreamToRegister {
  readonly definition: StreamDefinition;
  readonly digest: string;
}

/**
 * Stores definitions and makes them those that new runs use: the files first, so that the registry
 * never names what is not there. Its event carries nothing: a deployment's definitions come with it.
 *
 * The function throws InvalidInputError, before it changes anything, if two definitions have one name.
 */
export const makeHandler = (deps: RegisterDefinitionsDeps) => async () => {
  const bundles = await deps.bundles();
  checkNames(bundles);
  // before the models: what a model reads can be asked for as soon as it is there
  const streams = await registerStreams(deps);
  const registered: RegisteredDefinition[] = [];
  for (const { definition, code, digest } of bundles) {
    const { name: model, owner, description } = definition;
    await deps.store.put(storageKeys.definitionCode(model, digest), code);
    await deps.store.put(storageKeys.definition(model, digest), canonicalJson(definition));
    const record = { model, owner, description, definitionDigest: digest };
    await deps.registry.deployDefinition(record, deps.change);
    registered.push({ model, digest });
  }
  return { definitions: registered, streams };
};

async function registerStreams({
  streams = async () => [],
  store,
  registry,
  change,
}: RegisterDefinitionsDeps): Promise<readonly RegisteredStream[]> {
  const registered: RegisteredStream[] = [];
  for (const { definition, digest } of await streams()) {
    const { name: stream, owner, description } = definition;
    await store.put(storageKeys.streamDefinition(stream, digest), canonicalJson(definition));
    const features = Object.fromEntries(
      Object.entries(definition.features).map(([name, feature]) => [
        name,
        { owner: feature.owner ?? owner },
      ]),
    );
    const record = { stream, owner, description, definitionDigest: digest, features };
    await registry.deployStream(record, change);
    registered.push({ stream, digest });
  }
  return registered;
}

function checkNames(bundles: readonly DefinitionBundle[]): void {
  const names = bundles.map(({ definition }) => definition.name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated === undefined) return;
  throw new InvalidInputError(
    `two models have the name ${JSON.stringify(repeated)}; rename one of them`,
  );
}
