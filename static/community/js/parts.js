// What hangs on a message beside its words. Each kind is drawn by a file of its own, as the server's template draws it.

import { render as card } from "./parts/card.js";
import { render as file } from "./parts/file.js";
import { render as link } from "./parts/link.js";
import { render as poll } from "./parts/poll.js";

const RENDERERS = { file, link, card, poll };

// Fill `place` with the parts of a message. What is there already and has not changed stays: it may have the focus.
export function showParts(place, message, context) {
  const parts = message.gone ? [] : message.parts ?? [];
  const mine = message.mine_parts ?? {};
  const same = JSON.stringify([parts, mine]);
  if (place.dataset.shown === same) return;
  place.dataset.shown = same;
  place.replaceChildren(...parts.filter((part) => part.kind in RENDERERS).map((part) => RENDERERS[part.kind](part, { ...context, message, mine: mine[`${part.kind}:${part.id}`] })));
}
