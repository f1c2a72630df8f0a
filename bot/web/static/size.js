// The reader's own size of letters, 18 to 30 px, kept in this browser and shared by its panes.
const KEY = "letters";
const LEAST = 18;
const MOST = 30;

function apply(size) {
  document.documentElement.style.fontSize = `${size}px`;
}

function kept() {
  const size = Number(localStorage.getItem(KEY));
  return size >= LEAST && size <= MOST ? size : 20;
}

apply(kept());
addEventListener("storage", (event) => event.key === KEY && apply(kept()));
addEventListener("click", (event) => {
  const button = event.target.closest("[data-size]");
  if (!button) return;
  const size = Math.min(MOST, Math.max(LEAST, kept() + Number(button.dataset.size)));
  localStorage.setItem(KEY, String(size));
  apply(size);
});
