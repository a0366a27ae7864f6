"use strict";

// The verifier without a network: its page and files, kept together under one version. The server puts
// `SHELL = { version, page, files }` before this text. A license's own page is asked of the server
// first, which knows more; without a network the verifier stands in for it, and reads what is after #.
const PREFIX = "handover-verifier-";
const CACHE = PREFIX + SHELL.version;

addEventListener("install", (event) => event.waitUntil(store()));
addEventListener("activate", (event) => event.waitUntil(clearAndClaim()));
addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (address.pathname.startsWith(SHELL.page)) event.respondWith(page(event.request));
  } else if (Object.hasOwn(SHELL.files, address.pathname + address.search)) {
    event.respondWith(answer(event.request));
  }
});

async function store() {
  const cache = await caches.open(CACHE);
  const wanted = Object.entries(SHELL.files);
  await cache.addAll(wanted.map(([address, integrity]) => new Request(address, { integrity, cache: "no-cache" })));
  await skipWaiting(); // nothing is lost with an old page: it keeps no work
}

async function clearAndClaim() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return answer(SHELL.page);
  }
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
