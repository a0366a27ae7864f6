// Lets this device check without a network from now on: the page, the keys and the list are kept.
import { refreshProofs } from "./kept_proofs.js";

export async function keepVerifier(issuer) {
  try {
    await navigator.serviceWorker?.register("/l/worker.js");
  } catch {
    // Without it the page works as long as there is a network.
  }
  return navigator.onLine ? refreshProofs(issuer) : undefined;
}
