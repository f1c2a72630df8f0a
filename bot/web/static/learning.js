// Labelling by keyboard: up and down walk the lines, 1 to 3 take a guess, 4 opens the list, s skips, x discards.
const lessons = [...document.querySelectorAll(".lesson")];
let at = 0;

function go(to) {
  if (!lessons.length) return;
  at = Math.min(lessons.length - 1, Math.max(0, to));
  lessons[at].focus();
}

const press = (selector) => lessons[at]?.querySelector(selector)?.click();

addEventListener("focusin", (event) => {
  const lesson = event.target.closest(".lesson");
  if (lesson) at = lessons.indexOf(lesson);
});

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea")) return;
  const guess = "123".indexOf(event.key);
  if (event.key === "ArrowDown") go(at + 1);
  else if (event.key === "ArrowUp") go(at - 1);
  else if (event.key.length === 1 && guess >= 0) lessons[at]?.querySelectorAll(".guess button")[guess]?.click();
  else if (event.key === "4") lessons[at]?.querySelector("select")?.focus();
  else if (event.key === "s") press("button.skip");
  else if (event.key === "x") press("button.no");
  else return;
  event.preventDefault();
});

go(0);
