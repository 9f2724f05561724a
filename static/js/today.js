// Outfits of the day, one after the other: dots and arrow keys turn them; swiping is the browser's own.

function turn(to) {
  const deck = document.getElementById("deck");
  const article = to && document.getElementById(to);
  if (!deck || !article) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  deck.scrollTo({ left: article.offsetLeft - deck.offsetLeft, behavior: calm ? "instant" : "smooth" });
}

document.addEventListener("click", (event) => {
  const dot = event.target.closest("[data-turn]");
  if (!dot) return;
  event.preventDefault();
  turn(dot.hash.slice(1));
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const deck = document.getElementById("deck");
  if (!step || !deck || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea, dialog")) return;
  event.preventDefault();
  const now = Math.round(deck.scrollLeft / deck.clientWidth);
  turn(`outfit-${now + step + 1}`);
});
