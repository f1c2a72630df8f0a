// The chat page: keeps what is said until the desk has it, shows what the desk says as soon as it is there.
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const at = (id) => document.getElementById(id);
const talk = at("talk");
const field = at("words");
const newest = at("newest");
if (window.parent !== window) document.body.classList.add("framed");

const log = new Log(at("log"), facts.words, {
  pick: (line, number, label) => say({ text: `${number} ${label}`, pick: number, of: line.id }),
  again: () => outbox.again(),
  edit: (message) => {
    if (!message.pick) field.value = message.text;
    outbox.drop(message.id);
    fit();
    field.focus();
  },
});
const outbox = new Outbox(facts.pane, () => {
  log.showUnsent(outbox.messages);
  waiting();
});

function say(message) {
  const sent = outbox.say(message);
  down();
  return sent;
}

// Between the person's last word and the desk's answer something must be seen to happen.
let answered = true;
function waiting() {
  const open = outbox.messages.some((message) => message.state === "sending");
  at("thinking").hidden = answered && !open;
}

function down() {
  talk.scrollTop = talk.scrollHeight;
  newest.hidden = true;
}

function atBottom() {
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 80;
}

function show(lines, live) {
  const low = atBottom();
  const fresh = log.show(lines, live);
  for (const line of lines) if (line.message) outbox.drop(line.message); // the desk has it, whatever the network said
  at("hint").hidden = lines.length > 0;
  const last = lines[lines.length - 1];
  answered = !last || !last.mine;
  waiting();
  if (!fresh) return;
  if (low || (last && last.mine)) down();
  else newest.hidden = false;
}

function net(words) {
  at("net").textContent = words;
  at("net").hidden = !words;
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

async function look() {
  let state = "";
  let patience = 1;
  for (;;) {
    try {
      const wait = state ? 25 : 0;
      const answer = await fetch(`/chat/${facts.pane}/messages?after=${state}&wait=${wait}`);
      const body = await answer.json();
      if (answer.status === 403) {
        net(body.words);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      if (patience > 1) outbox.again();
      net("");
      patience = 1;
      if (body.state !== state) show(body.lines, body.live);
      state = body.state;
    } catch {
      net(facts.words.offline);
      await pause(patience);
      patience = Math.min(patience * 2, 15);
    }
  }
}

function fit() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 4}px`;
}

function submit() {
  const text = field.value.trim();
  field.focus();
  if (!text) return;
  field.value = "";
  fit();
  say({ text });
}

at("say").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
field.addEventListener("input", fit);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
for (const button of document.querySelectorAll("[data-says]")) {
  button.addEventListener("click", () => say({ text: button.dataset.says }));
}
newest.addEventListener("click", down);
addEventListener("online", () => outbox.again());

log.showUnsent(outbox.messages);
outbox.send();
look();
