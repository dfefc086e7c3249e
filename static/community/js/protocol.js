// The chat protocol as the browser speaks it. The Python twin is community/chat/protocol.py; both are tested with the
// samples in tests/samples/frames.

export const VERSION = 1;
export const TOMBSTONES = new Set(["author", "left", "hidden"]);
export const CLOSE = {
  RESTART: 1012, NOT_SIGNED_IN: 4001, BANNED: 4003, SLOW: 4008, REPLACED: 4009, STATE_LOST: 4010, FLOODING: 4029, PROTOCOL: 4400,
  FOREIGN_ORIGIN: 4403,
};
const FINAL = new Map([
  [CLOSE.NOT_SIGNED_IN, "signed_out"], [CLOSE.BANNED, "banned"], [CLOSE.REPLACED, "replaced"], [CLOSE.PROTOCOL, "broken"],
  [CLOSE.FOREIGN_ORIGIN, "broken"],
]);

// Why the client stops for good after this close code, or "" when it comes back by itself.
export const finalReason = (code) => FINAL.get(code) ?? "";

const SERVER_FRAMES = {
  hello: ["conn", "v", "hb", "limits", "now"], room: ["r", "epoch", "head", "state", "can"], evs: ["r", "from", "to", "list"],
  live: ["r", "seq"], reset: ["r", "epoch", "head", "why"], ok: ["id", "r", "seq"], err: ["id", "code", "retry"],
  ev: ["r", "seq", "k", "d"], eph: ["r", "typing", "n"], pres: ["r", "n"], hb: ["heads"], unsub: ["r", "why"], can: ["r", "can"], bye: ["after_ms"],
};

// The frame, or null for anything that is not one. Frames of a newer server that we do not know are null too.
export function parse(text) {
  let frame;
  try { frame = JSON.parse(text); } catch { return null; }
  const needed = frame && Object.hasOwn(SERVER_FRAMES, frame.t) && SERVER_FRAMES[frame.t];
  return needed && needed.every((key) => key in frame) ? frame : null;
}

export const encode = (frame) => JSON.stringify(frame);
export const frames = {
  sub: (id, rooms) => ({ t: "sub", id, rooms }),
  send: (id, { r, cid, body, reply, thread, att }) => ({ t: "send", id, r, cid, body, ...(reply ? { reply } : {}), ...(thread ? { thread } : {}), ...(att?.length ? { att } : {}) }),
  edit: (id, { cid, mid, body }) => ({ t: "edit", id, cid, mid, body }),
  del: (id, { cid, mid }) => ({ t: "del", id, cid, mid }),
  react: (id, { cid, mid, stamp, on }) => ({ t: "react", id, cid, mid, stamp, on }),
  pin: (id, { cid, mid, on }) => ({ t: "pin", id, cid, mid, on }),
  read: (r, no) => ({ t: "read", r, no }),
  typing: (r) => ({ t: "typing", r }),
  hb: () => ({ t: "hb" }),
};
