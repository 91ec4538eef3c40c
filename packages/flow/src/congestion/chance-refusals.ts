/** A path that refuses this part of the packets, or more, lacks something; below that it is chance. */
const SHARE = 0.1

/** ...but it takes this many refusals: of 20 packets with 1 % chance, three are refused in 1 of 1000. */
const LEAST = 3

/** How many refused packets of a round trip show a limit; where only `most` can be refused, no more than those. */
export function refusalsBeyondChance(packets: number, most = packets): number {
  return Math.max(packets * SHARE, Math.min(LEAST, most))
}

/** How many count where a limit is known: of few packets hardly one is refused by chance, of many these are too many. */
export function refusalsOfKnownLimit(packets: number): number {
  return Math.floor(1 + Math.max(0, Math.min((packets - 20) / 20, 2 + packets / 50)))
}
