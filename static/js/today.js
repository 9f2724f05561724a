// Outfits of the day, one after the other: dots and arrow keys turn them; swiping is the browser's own. A piece touched in
// the picture offers what its line below offers: keep it, swap it, open it.

let heading; // the outfit that is on its way: keys pressed meanwhile go on from there
function turn(to) {
  const deck = document.getElementById("deck");
  const article = to && document.getElementById(to);
  if (!deck || !article) return;
  const left = article.offsetLeft - deck.offsetLeft;
  if (Math.abs(deck.scrollLeft - left) < 2) return;
  heading = [...deck.children].indexOf(article);
  deck.addEventListener("scrollend", () => { heading = undefined; }, { once: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  deck.scrollTo({ left, behavior: calm ? "instant" : "smooth" });
}

let menu; // made when it is first asked for
function pieceMenu() {
  const box = document.createElement("div");
  box.className = "menu__list piece-menu";
  box.popover = "auto";
  document.body.append(box);
  return box;
}

document.addEventListener("click", (event) => {
  const piece = event.target.closest(".outfit__picture .collage a");
  const line = piece?.closest(".outfit").querySelector(`[data-piece="${piece.getAttribute("href")}"]`);
  if (!line || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  menu ??= pieceMenu();
  const open = piece.cloneNode();
  open.removeAttribute("aria-label");
  open.textContent = piece.getAttribute("aria-label");
  const offers = [...line.querySelectorAll("a[title]")].map((link) => {
    const offer = document.createElement("button");
    offer.type = "button";
    offer.append(link.querySelector("svg").cloneNode(true), link.title);
    offer.addEventListener("click", () => { menu.hidePopover(); link.click(); });
    return offer;
  });
  menu.replaceChildren(open, ...offers);
  menu.showPopover();
  const { left, top, width, height } = piece.getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(innerWidth - box.width - 8, left + width / 2 - box.width / 2))}px`;
  menu.style.top = `${Math.max(8, Math.min(innerHeight - box.height - 8, top + height / 2 - box.height / 2))}px`;
  menu.querySelector("button, a").focus();
});

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
  const now = heading ?? Math.round(deck.scrollLeft / deck.clientWidth);
  turn(`outfit-${now + step + 1}`);
});
