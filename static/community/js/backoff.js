// When to try again: full jitter between 0 and a ceiling that doubles from half a second to thirty.

export const FIRST = 500;
export const MOST = 30000;

export class Backoff {
  constructor(random = Math.random) { this.random = random; this.attempt = 0; }
  next() {
    const ceiling = Math.min(MOST, FIRST * 2 ** this.attempt);
    this.attempt += 1;
    return Math.round(this.random() * ceiling);
  }
  reset() { this.attempt = 0; }
}
