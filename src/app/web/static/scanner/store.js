// The phone's one database: `entries`, what was scanned, and `facts`, what this phone is and knows.
// The token lies here too, beside the queue: a browser that clears its storage then takes both, and
// a phone that lost its numbering cannot go on under its old name. Scripts alone read it; no cookie
// carries it, so no other site's request can either.
const NAME = "handover-scanner";
const STORES = ["entries", "facts"];
let opening;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const entries = request.result.createObjectStore("entries", { keyPath: "n", autoIncrement: true });
      entries.createIndex("state", ["state", "n"]);
      entries.createIndex("event_id", "event_id", { unique: true });
      request.result.createObjectStore("facts");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onclose = forget;
      // A newer version of this page, in another tab, must not wait for this one.
      request.result.onversionchange = () => {
        request.result.close();
        forget();
      };
      resolve(request.result);
    };
  });
  opening.catch(forget);
  return opening;
}

function forget() {
  opening = undefined;
}

async function begin(mode) {
  const options = { durability: "strict" }; // a scan outlives a battery that falls out
  try {
    return (await open()).transaction(STORES, mode, options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    forget();
    return (await open()).transaction(STORES, mode, options);
  }
}

// Runs `job(entries, facts)` in one transaction; its result counts only once that is committed.
async function run(mode, job) {
  const transaction = await begin(mode);
  return new Promise((resolve, reject) => {
    let result;
    let failure;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(failure ?? transaction.error ?? new Error("The storage gave up."));
    job(...STORES.map((name) => transaction.objectStore(name))).then(
      (value) => {
        result = value;
      },
      (error) => {
        failure = error;
        try {
          transaction.abort();
        } catch {
          reject(failure); // it had ended by itself
        }
      },
    );
  });
}

export const reading = (job) => run("readonly", job);
export const writing = (job) => run("readwrite", job);

export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function getFact(name) {
  return reading((_, facts) => done(facts.get(name)));
}

export function setFact(name, value) {
  return writing((_, facts) => done(facts.put(value, name)));
}

export function changeFact(name, change) {
  return writing(async (_, facts) => {
    const value = change(await done(facts.get(name)));
    if (value !== undefined) await done(facts.put(value, name));
    return value;
  });
}
