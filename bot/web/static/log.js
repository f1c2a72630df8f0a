// Draws the talk. Lines are added, never redrawn, so that a reader's voice says each of them once.

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export class Log {
  constructor(place, words, { pick, again, edit }) {
    this.place = place;
    this.words = words;
    this.on = { pick, again, edit };
    this.lines = new Map();
    this.unsent = new Map();
    this.confirmed = new Set(); // messages that stand in the desk's view of the talk
  }

  // The desk's view of the talk; says whether something new came.
  show(lines, live) {
    let fresh = false;
    for (const line of lines) {
      const known = this.lines.get(line.id);
      if (known) {
        this.date(known.node, line); // "今天" has become "昨天"
        continue;
      }
      fresh = true;
      const node = this.draw(line.mine, line.text, line.when);
      if (line.picture) node.querySelector(".bubble").append(this.picture(line));
      this.lines.set(line.id, { node, line });
      const waiting = line.message && this.unsent.get(line.message);
      if (waiting) waiting.replaceWith(node);
      else this.place.append(node);
      if (line.message) {
        this.unsent.delete(line.message);
        this.confirmed.add(line.message);
      }
    }
    this.offer(live);
    for (const node of this.unsent.values()) this.place.append(node);
    return fresh;
  }

  // Only the choices that count now are buttons; older ones become words.
  offer(live) {
    for (const { node, line } of this.lines.values()) {
      if (!line.choices.length) continue;
      const counts = String(line.id === live);
      if (node.dataset.live === counts) continue;
      node.dataset.live = counts;
      node.querySelector(".choices, .past")?.remove();
      node.append(line.id === live ? this.buttons(line) : this.past(line));
    }
  }

  buttons(line) {
    const group = element("div", "choices");
    line.choices.forEach((label, index) => {
      const button = element("button", "", `${index + 1} ${label}`);
      button.type = "button";
      button.addEventListener("click", () => this.on.pick(line, index + 1, label));
      group.append(button);
    });
    return group;
  }

  past(line) {
    const list = element("ol", "past");
    line.choices.forEach((label, index) => list.append(element("li", "", `${index + 1} ${label}`)));
    return list;
  }

  picture(line) {
    const image = element("img");
    image.src = `/pictures/${encodeURIComponent(line.picture)}`;
    image.alt = this.words.picture;
    return image;
  }

  draw(mine, text, when) {
    const node = element("article", mine ? "said mine" : "said");
    node.append(element("p", "who"), element("div", "bubble", text));
    this.date(node, { mine, when });
    return node;
  }

  // Who said it and when.
  date(node, { mine, when }) {
    const who = mine ? this.words.me : this.words.desk;
    const words = when ? `${who} · ${when}` : who;
    const place = node.querySelector(".who");
    if (place.textContent !== words) place.textContent = words;
  }

  // What is not confirmed yet, with its state in words.
  showUnsent(messages) {
    const kept = new Set(messages.map((message) => message.id));
    for (const [id, node] of this.unsent) {
      if (kept.has(id)) continue;
      const state = node.querySelector(".state"); // confirmed: its line comes with the next look
      if (state) state.textContent = "";
      if (node.dataset.refused) {
        node.remove();
        this.unsent.delete(id);
      }
    }
    for (const message of messages) {
      if (this.confirmed.has(message.id)) continue;
      if (!this.unsent.has(message.id)) {
        const node = this.draw(true, message.text);
        node.append(element("div", "state"));
        this.unsent.set(message.id, node);
        this.place.append(node);
      }
      this.state(this.unsent.get(message.id), message);
    }
  }

  state(node, message) {
    const state = node.querySelector(".state");
    state.replaceChildren();
    if (message.state === "failed") {
      const button = element("button", "", `⚠ ${this.words.failed}`);
      button.type = "button";
      button.addEventListener("click", () => this.on.again());
      state.append(button);
    } else if (message.state === "refused") {
      node.dataset.refused = "yes";
      const button = element("button", "", `⚠ ${this.words.refused}`);
      button.type = "button";
      button.addEventListener("click", () => this.on.edit(message));
      state.append(element("p", "", message.why || ""), button);
    } else {
      state.textContent = this.words.sending;
    }
  }
}
