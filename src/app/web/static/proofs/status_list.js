// The signed list of void licenses: one bit each, the lowest of a byte first, packed by zlib.
import { decode, readClaims } from "./jws.js";

export const KIND = "statuslist+jwt";

// `isVoid` is undefined where the list does not know the license; `at` (seconds) is when the list was made.
export async function lookUp(list, index, trust) {
  const { iat, ttl, status_list } = await readClaims(KIND, list, trust);
  const bits = await unpack(decode(status_list.lst));
  const byte = bits[Math.floor(index / 8)];
  return { at: iat, ttl, isVoid: byte === undefined ? undefined : Boolean((byte >> index % 8) & 1) };
}

async function unpack(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
