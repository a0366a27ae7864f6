"use strict";

// The scanner without a network: its page and files, kept together under one version. The server
// puts `SHELL = { version, page, files }` before this text, so each version is a worker of its own.
// Requests to the API are left alone: the queue sends and keeps them, not this.
const PREFIX = "handover-scanner-";
const CACHE = PREFIX + SHELL.version;
const FILES = new Set(SHELL.files);

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
  } else if (FILES.has(address.pathname + address.search)) {
    event.respondWith(answer(event.request));
  }
});

async function store() {
  const cache = await caches.open(CACHE);
  await cache.addAll([new Request(SHELL.page, { cache: "reload" }), ...SHELL.files]);
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
