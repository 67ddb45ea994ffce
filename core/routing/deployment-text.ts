import type { Deployment, Routing } from "./deployment.ts";

/** A share as people write it: 0.125 is 12.5%. */
export const shareText = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

/** What a routing gives to whom, on one line: `challenger 3: 10%, shadow 4`. */
export function routingText({ challengers, shadows, canary }: Routing): string {
  const parts = [
    ...(canary ? [`canary ${canary.version}: ${shareText(canary.share)}`] : []),
    ...challengers.map(({ version, share }) => `challenger ${version}: ${shareText(share)}`),
    ...shadows.map((version) => `shadow ${version}`),
  ];
  return parts.length === 0 ? "champion alone" : parts.join(", ");
}

/** Share of all traffic that each answering version has, by route. */
export function sharesOf({ challengers, canary }: Pick<Deployment, "challengers" | "canary">) {
  const challenged = challengers.reduce((sum, { share }) => sum + share, 0);
  const rest = Math.max(0, 1 - challenged);
  const canaryShare = rest * (canary?.share ?? 0);
  return { champion: rest - canaryShare, canary: canaryShare };
}
