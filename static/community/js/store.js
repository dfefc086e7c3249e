// The outbox and the drafts in IndexedDB: they outlive the page.

import { memoryStore } from "./outbox.js";

const request = (req) => new Promise((resolve, reject) => {
  req.onsuccess = () => resolve(req.result);
  req.onerror = () => reject(req.error);
});

// A store of the person's own, so that the next one at the same browser finds nothing of theirs.
export async function openStore(person) {
  try {
    const opening = indexedDB.open(`yaji-chat-${person}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "cid" });
    const db = await request(opening);
    const rows = (mode) => db.transaction("outbox", mode).objectStore("outbox");
    return {
      put: (item) => request(rows("readwrite").put(item)).catch(() => {}),
      remove: (cid) => request(rows("readwrite").delete(cid)).catch(() => {}),
      all: () => request(rows("readonly").getAll()),
    };
  } catch { return memoryStore(); }
}

const key = (person, room) => `yaji-draft-${person}-${room}`;
export const drafts = {
  read(person, room) { try { return localStorage.getItem(key(person, room)) ?? ""; } catch { return ""; } },
  keep(person, room, text) {
    try { if (text) localStorage.setItem(key(person, room), text); else localStorage.removeItem(key(person, room)); } catch { /* private mode */ }
  },
};
