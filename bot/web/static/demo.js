// The demo: who sits in which pane, the clock, and the things to try.

const panes = [...document.querySelectorAll(".pane")];
const tabs = [...document.querySelectorAll(".tabs button")];

function seat(pane, key) {
  const select = pane.querySelector("select");
  const option = [...select.options].find((each) => each.value === key);
  select.value = option.value;
  const frame = pane.querySelector("iframe");
  if (frame.dataset.who === key) return;
  frame.dataset.who = key;
  frame.src = option.dataset.link;
  const desk = pane.querySelector("[data-desk]");
  if (desk) desk.href = `/demo/desk/${key}`;
}

function show(kind) {
  for (const pane of panes) pane.classList.toggle("shown", pane.dataset.kind === kind);
  for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.kind === kind));
}

for (const pane of panes) {
  const select = pane.querySelector("select");
  select.addEventListener("change", () => seat(pane, select.value));
  seat(pane, select.value);
}
for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset.kind));
show("resident");

// Puts the words into the person's field; the visitor sends them.
function write(kind, key, words) {
  const pane = panes.find((each) => each.dataset.kind === kind);
  const frame = pane.querySelector("iframe");
  const fill = () => {
    const field = frame.contentDocument.getElementById("words");
    field.value = words;
    field.dispatchEvent(new Event("input"));
    field.focus();
  };
  show(kind);
  if (frame.dataset.who === key) {
    fill();
  } else {
    frame.addEventListener("load", fill, { once: true });
    seat(pane, key);
  }
}

for (const button of document.querySelectorAll("[data-says]")) {
  button.addEventListener("click", () => write(button.dataset.kind, button.dataset.who, button.dataset.says));
}

const clock = document.getElementById("clock");

async function move(step) {
  const answer = await fetch("/demo/clock", {
    method: step ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    body: step ? JSON.stringify({ step }) : undefined,
  });
  if (answer.ok) clock.textContent = (await answer.json()).words;
}

for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await move(button.dataset.step);
    } finally {
      button.disabled = false;
    }
  });
}
setInterval(() => move("").catch(() => {}), 20_000);
