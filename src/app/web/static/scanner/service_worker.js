"use strict";

// The scanner without a network: its page and files, kept together under one version. The server puts
// `SHELL = { version, page, files }` before this text, so each version is a worker of its own; `files`
// are addresses and the hashes of what has to lie there: while a server becomes another one, both
// answer, and a phone must not keep parts of either for good.
// Requests to the API are left alone: the queue sends and keeps them, not this.
const PREFIX = "handover-scanner-";
const CACHE = PREFIX + SHELL.version;

addEventListener("install", (event) => event.waitUntil(store()));
addEventListener("activate", (event) => event.waitUntil(clearAndClaim()));
addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});
addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    if (address.pathname === SHELL.page) event.respondWith(answer(SHELL.page));
  } else if (Object.hasOwn(SHELL.files, address.pathname + address.search)) {
    event.respondWith(answer(event.request));
  }
});

async function store() {
  const cache = await caches.open(CACHE);
  const wanted = Object.entries(SHELL.files);
  await cache.addAll(wanted.map(([address, integrity]) => new Request(address, { integrity, cache: "no-cache" })));
}

async function clearAndClaim() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function answer(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
