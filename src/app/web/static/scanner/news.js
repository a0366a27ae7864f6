// Tells the other tabs of this phone that something has changed, and hears it from them.
export function makeNews(onChange) {
  if (!globalThis.BroadcastChannel) return { tell: () => {} };
  const channel = new BroadcastChannel("handover-scanner");
  channel.addEventListener("message", onChange);
  return { tell: () => channel.postMessage("changed") };
}
