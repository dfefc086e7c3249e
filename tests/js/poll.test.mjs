import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

// As much of a page as the renderer asks for.
class Node {
  constructor(tag) { Object.assign(this, { tagName: tag.toUpperCase(), attributes: {}, children: [], dataset: {}, listeners: {}, textContent: "" }); }
  setAttribute(name, value) { this.attributes[name] = value; if (name.startsWith("data-")) this.dataset[name.slice(5)] = value; }
  getAttribute(name) { return this.attributes[name] ?? null; }
  append(...nodes) { this.children.push(...nodes); }
  addEventListener(kind, act) { (this.listeners[kind] ??= []).push(act); }
  all() { return this.children.flatMap((child) => [child, ...child.all()]); }
  querySelector(what) { return this.all().find((node) => what === "[data-said]" ? "data-said" in node.attributes : node.tagName === what.toUpperCase()) ?? null; }
  contains() { return false; }
  replaceWith(node) { this.replaced = node; }
  get words() { return [this.textContent, ...this.children.map((child) => child.words)].filter(Boolean).join(" "); }
}

let page;
beforeEach(() => {
  page = { shown: null };
  globalThis.document = {
    createElement: (tag) => new Node(tag),
    querySelector: (what) => what.startsWith("form[data-poll") ? page.shown : what === "[name=csrfmiddlewaretoken]" ? { value: "token" } : null,
  };
  globalThis.FormData = class { constructor() { this.data = {}; } set(key, value) { this.data[key] = value; } };
});

const { names, render, says } = await import("../../static/community/js/parts/poll.js");
const words = { say: (key, values = {}) => [key, ...Object.values(values)].join(" ") };
const PART = {
  kind: "poll", id: 7, question: "Which tea?", several: false, secret: false, closes: "", closed: false, voters: 3,
  choices: [{ id: 1, text: "Longjing", n: 2, by: [{ id: "a", name: "Ann" }, { id: "b", name: "Ben" }] }, { id: 2, text: "Biluo <b>", n: 1, by: [] }],
};
const context = (more = {}) => ({ words, language: "en", url: "/en/groups/g/r/", me: "a", mine: [], message: { parts: [PART] }, ...more });
const inputs = (form) => form.all().filter((node) => node.tagName === "INPUT");
const buttons = (form) => form.all().filter((node) => node.tagName === "BUTTON");

test("answers stand with their numbers, bars and names; words are text, never markup", () => {
  const form = render(PART, context());
  assert.equal(form.getAttribute("action"), "/en/groups/g/r/polls/7/");
  assert.deepEqual(inputs(form).map((i) => [i.attributes.type, i.attributes.value]), [["radio", "1"], ["radio", "2"]]);
  assert.deepEqual(form.all().filter((n) => n.tagName === "METER").map((m) => [m.attributes.value, m.attributes.max]), [["2", "3"], ["1", "3"]]);
  assert.match(form.words, /Longjing 2 Ann, Ben .*Biluo <b> 1/);
  assert.match(form.words, /poll_named/);
});

test("one's own choice is ticked, and can be taken back", () => {
  const form = render(PART, context({ mine: [2] }));
  assert.deepEqual(inputs(form).map((i) => "checked" in i.attributes), [false, true]);
  assert.deepEqual(buttons(form).map((b) => b.textContent), ["poll_change", "poll_back"]);
  assert.equal(buttons(render(PART, context())).length, 1);
});

test("a closed poll, and one for a stranger, has nothing to press", () => {
  for (const form of [render({ ...PART, closed: true }, context({ mine: [1] })), render(PART, context({ me: "" }))]) {
    assert.equal(inputs(form).length + buttons(form).length, 0);
  }
  assert.match(render({ ...PART, closed: true }, context()).words, /poll_closed/);
});

test("several answers are boxes, and what is secret says so before anything is pressed", () => {
  const form = render({ ...PART, several: true, secret: true }, context());
  assert.deepEqual(inputs(form).map((i) => i.attributes.type), ["checkbox", "checkbox"]);
  assert.equal(says({ ...PART, several: true, secret: true }, words, String), "poll_secret poll_several poll_people 3");
  assert.equal(says({ ...PART, closes: "soon" }, words, (at) => `at ${at}`), "poll_named poll_people 3 poll_until at soon");
});

test("names beyond the first are a number", () => {
  assert.equal(names(PART.choices[0], words), "Ann, Ben");
  assert.equal(names({ ...PART.choices[0], n: 9 }, words), "poll_more Ann, Ben 7");
});

test("voting sends the form, keeps one's own choice beside the message, and shows it", async () => {
  const message = { parts: [PART], mine_parts: {} };
  const form = render(PART, context({ message }));
  page.shown = form;
  let asked;
  globalThis.fetch = async (url, options) => { asked = { url, ...options }; return { ok: true, json: async () => ({ mine: [1] }) }; };
  let stopped = false;
  form.listeners.submit[0]({ preventDefault: () => { stopped = true; }, submitter: { value: "" } });
  await new Promise(setImmediate);
  assert.ok(stopped);
  assert.equal(asked.url, "/en/groups/g/r/polls/7/");
  assert.equal(asked.body.data.csrfmiddlewaretoken, "token");
  assert.deepEqual(message.mine_parts, { "poll:7": [1] });
  assert.deepEqual(inputs(form.replaced).map((i) => "checked" in i.attributes), [true, false]);
});

test("a refusal is said below the poll, in the server's words", async () => {
  const form = render(PART, context());
  page.shown = form;
  globalThis.fetch = async () => ({ ok: false, json: async () => ({ code: "closed", words: "This poll is closed." }) });
  form.listeners.submit[0]({ preventDefault() {}, submitter: null });
  await new Promise(setImmediate);
  assert.equal(form.querySelector("[data-said]").textContent, "This poll is closed.");
  assert.equal(form.replaced, undefined);
});
