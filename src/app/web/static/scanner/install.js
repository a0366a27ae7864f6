// Keeps the page on the phone, so that it opens without a network, and lets a newer one in when asked.
const LOOK_MS = 60 * 60_000;

export async function install(onNewer) {
  if (!navigator.serviceWorker) return;
  let isAsked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isAsked) location.reload();
  });
  const offer = (worker) =>
    onNewer(() => {
      isAsked = true;
      worker.postMessage("take over");
    });
  try {
    const registration = await navigator.serviceWorker.register("/scan/worker.js", { scope: "/scan" });
    setInterval(() => registration.update().catch(() => {}), LOOK_MS); // a page that is never left
    if (registration.waiting) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker.addEventListener("statechange", () => {
        if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
      });
    });
  } catch {
    // Without it the page works as long as it stays open, or there is a network.
  }
}

// Whether the browser promises not to clear the queue when space runs out; asked for once a person
// has set the phone up, since some browsers ask them in turn.
export async function protectStorage() {
  return navigator.storage?.persist?.().catch(() => false) ?? false;
}

export async function isStorageProtected() {
  return navigator.storage?.persisted?.().catch(() => false) ?? false;
}
