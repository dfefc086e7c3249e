// Says new messages to people who do not see them: politely, one line for a burst, never the whole log.

const PAUSE = 900;

export class Announcer {
  constructor(element, alarm, words, timers = globalThis) {
    Object.assign(this, { element, alarm, words, timers, waiting: [] });
  }

  message(name, text) {
    this.waiting.push({ name, text });
    this.timer ??= this.timers.setTimeout(() => this.speak(), PAUSE);
  }

  speak() {
    this.timer = null;
    const [first] = this.waiting;
    const n = this.waiting.length;
    this.waiting = [];
    this.element.textContent = n === 1 ? this.words.say("announce1", first) : this.words.say("announce_many", { n });
  }

  // The line is lost, a message failed: said at once.
  alert(text) { if (this.alarm) this.alarm.textContent = text; }
}
