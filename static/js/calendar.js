// Plans are dragged from day to day; arrow keys go from day to day where the focus is on one.

let dragged;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-plan]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.title);
  dragged.toggleAttribute("data-dragged", true);
});
document.addEventListener("dragend", () => { dragged?.removeAttribute("data-dragged"); over(); dragged = undefined; });

function over(cell) {
  for (const one of document.querySelectorAll("[data-over]")) if (one !== cell) one.removeAttribute("data-over");
  cell?.setAttribute("data-over", "");
}

document.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest?.("[data-day]");
  if (!cell) return;
  event.preventDefault();
  over(cell);
});
document.addEventListener("drop", (event) => {
  const cell = dragged && event.target.closest?.("[data-day]");
  if (!cell) return;
  event.preventDefault();
  if (!cell.contains(dragged)) htmx.ajax("POST", dragged.dataset.plan, { source: "#calendar", swap: "none", values: { day: cell.dataset.day } });
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
  const cell = event.target.closest?.("td[data-day]");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...document.querySelectorAll("td[data-day]")];
  const next = all[all.indexOf(cell) + step];
  event.preventDefault();
  if (next) next.querySelector("a").focus();
  else document.querySelector(`[data-turn="${Math.sign(step)}"]`)?.click();
});
