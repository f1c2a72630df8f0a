// What the person said and the desk has not confirmed yet. Kept before it is sent, sent in order,
// sent again under the same id: the desk takes each id once.

export function messageId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
  // `changed` is called whenever a message's state is another: waiting, sending, failed, refused.
  constructor(pane, changed) {
    this.key = `unsent.${pane}`;
    this.address = `/chat/${pane}/messages`;
    this.changed = changed;
    this.messages = JSON.parse(localStorage.getItem(this.key) || "[]").map((kept) => ({ ...kept, state: "waiting" }));
    this.busy = false;
  }

  say(message) {
    this.messages.push({ id: messageId(), state: "waiting", ...message });
    this.keep();
    return this.send();
  }

  again() {
    for (const message of this.messages) if (message.state === "failed") message.state = "waiting";
    return this.send();
  }

  drop(id) {
    if (!this.messages.some((message) => message.id === id)) return;
    this.messages = this.messages.filter((message) => message.id !== id);
    this.keep();
  }

  keep() {
    const unsent = this.messages.filter((message) => message.state !== "refused");
    localStorage.setItem(this.key, JSON.stringify(unsent));
    this.changed();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    try {
      let next;
      while ((next = this.messages.find((message) => message.state === "waiting"))) {
        next.state = "sending";
        this.changed();
        if (!(await this.post(next))) break;
      }
    } finally {
      this.busy = false;
    }
  }

  // Says whether the next one may follow.
  async post(message) {
    const body = { id: message.id };
    if (message.pick) Object.assign(body, { pick: message.pick, of: message.of });
    else body.text = message.text;
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    } catch {
      answer = null; // no network
    }
    if (answer && answer.ok) {
      message.state = "sent";
      this.drop(message.id);
      return true;
    }
    if (answer && answer.status < 500) {
      message.state = "refused";
      message.why = (await answer.json().catch(() => ({}))).words;
      this.keep();
      return true;
    }
    for (const waiting of this.messages) if (waiting.state !== "refused") waiting.state = "failed";
    this.keep();
    return false;
  }
}
