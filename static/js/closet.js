// The closet's grid: choosing many with mouse, finger and keys; its filters' sheet. Also small things of a garment's page.
import { toast } from "./site.js";

const checks = () => [...document.querySelectorAll(".closet-grid .tile__check")];
const bulk = document.getElementById("bulk");
let anchor = null;

function count() {
  const chosen = checks().filter((check) => check.checked).length;
  if (bulk) bulk.querySelector("[data-count]").textContent = chosen;
}

// --- Choosing ---
document.addEventListener("change", (event) => { if (event.target.matches(".tile__check")) count(); });
document.addEventListener("click", (event) => {
  const check = event.target.closest(".tile__check");
  if (check) {
    const all = checks();
    if (event.shiftKey && anchor && all.includes(anchor)) {
      const [from, to] = [all.indexOf(anchor), all.indexOf(check)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = check.checked;
      count();
    }
    anchor = check;
    return;
  }
  // While something is chosen, a tap on a card chooses instead of opening it, as photo galleries do.
  const link = event.target.closest(".garment-card__link");
  if (link && checks().some((one) => one.checked) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const own = link.parentElement.querySelector(".tile__check");
    own.checked = !own.checked;
    anchor = own;
    count();
  }
});
bulk?.addEventListener("reset", () => { for (const check of checks()) check.checked = false; count(); });
bulk?.querySelector("[data-select-all]").addEventListener("click", () => { for (const check of checks()) check.checked = true; count(); });

// A long press on a phone begins choosing.
let pressed;
document.addEventListener("pointerdown", (event) => {
  const link = event.pointerType === "touch" && event.target.closest(".garment-card__link");
  if (!link) return;
  pressed = setTimeout(() => {
    link.parentElement.querySelector(".tile__check").checked = true;
    count();
    link.addEventListener("click", (click) => { click.preventDefault(); click.stopPropagation(); }, { once: true, capture: true });
  }, 480);
});
for (const end of ["pointerup", "pointercancel", "pointermove"]) document.addEventListener(end, () => clearTimeout(pressed));
document.addEventListener("contextmenu", (event) => { if (event.target.closest(".garment-card__link") && event.pointerType === "touch") event.preventDefault(); });

// Enter in a field of the bar sets that field, and is no press of the form's first button.
bulk?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  if (event.target.name === "place") bulk.querySelector("[value='set:place']").click();
});

// --- Keys: arrows walk the grid, x chooses, Ctrl+A all, Escape none, / searches ---
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not(.tile__check), select, textarea, dialog")) return;
  const search = document.getElementById("q");
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); return; }
  const card = event.target.closest(".garment-card");
  const some = checks().some((check) => check.checked);
  if (event.key === "Escape" && some) { bulk.reset(); return; }
  if (!card) return;
  if (event.key === "x") {
    const check = card.querySelector(".tile__check");
    check.click();
    card.querySelector(".garment-card__link").focus();
  } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    bulk.querySelector("[data-select-all]").click();
  } else if ((event.key === "Delete" || event.key === "Backspace") && some) {
    bulk.querySelector("button[value=delete]").click();
  } else if (event.key.startsWith("Arrow")) {
    const next = neighbour(card, event.key);
    if (!next) return;
    event.preventDefault();
    next.querySelector(".garment-card__link").focus();
  }
});
function neighbour(card, key) {
  const cards = [...document.querySelectorAll(".garment-card")];
  const at = cards.indexOf(card);
  if (key === "ArrowRight") return cards[at + 1];
  if (key === "ArrowLeft") return cards[at - 1];
  const columns = cards.filter((other) => other.offsetTop === cards[0].offsetTop).length;
  return cards[at + (key === "ArrowDown" ? columns : -columns)];
}

// --- After a bulk change the grid is drawn anew, at the same place ---
document.body.addEventListener("closet-changed", () => {
  const grid = document.getElementById("closet");
  if (!grid) return;
  htmx.ajax("GET", location.pathname + location.search, { target: "#closet", swap: "innerHTML" }).then(() => { anchor = null; count(); });
});
document.body.addEventListener("htmx:afterSwap", count);

// --- Filters ---
const filters = document.getElementById("filters");
if (filters) {
  const opener = filters.querySelector("[data-sheet]");
  const open = (yes) => {
    filters.toggleAttribute("data-open", yes);
    opener.setAttribute("aria-expanded", yes);
    if (yes && matchMedia("(max-width: 46rem)").matches) filters.querySelector(".filter-sheet [data-sheet-close]")?.focus();
  };
  opener.addEventListener("click", () => open(!filters.hasAttribute("data-open")));
  filters.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-close]")) { open(false); opener.focus(); }
    else if (event.target === filters && filters.hasAttribute("data-open")) open(false);
  });
  filters.addEventListener("keydown", (event) => { if (event.key === "Escape" && filters.hasAttribute("data-open")) { open(false); opener.focus(); } });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-unset]");
    if (!chip) return;
    const input = [...filters.querySelectorAll(`input[name="${chip.dataset.unset}"]`)].find((one) => one.value === chip.dataset.value);
    if (input) { input.checked = false; htmx.trigger(filters, "submit"); }
  });
  // An empty field in the address says nothing.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== filters) return;
    for (const [name, value] of [...event.detail.formData.entries()]) if (value === "" || (name === "sort" && value === "newest")) event.detail.formData.delete(name);
  });
}

// --- A garment's page ---
document.addEventListener("click", async (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss).remove();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const input = document.querySelector(copy.dataset.copy);
    input.select();
    try { await navigator.clipboard.writeText(input.value); toast(copy.dataset.done); } catch { /* selected: Ctrl+C does it */ }
  }
  // Back to the grid where one came from, filters, page and scroll included.
  const back = event.target.closest("[data-back]");
  if (back && document.referrer && new URL(document.referrer).pathname === new URL(back.href).pathname && history.length > 1) {
    event.preventDefault();
    history.back();
  }
});
for (const copy of document.querySelectorAll("[data-copy]")) copy.hidden = false;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.closest(".fact__form")?.querySelector("[data-cancel]")?.click();
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.(".fact__form :is(input:not([type=hidden]), select, textarea)")?.focus();
});
// 422 is an answer with the form and its messages in it.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
});

// --- Drawing one ---
const draw = document.getElementById("draw");
if (draw) {
  const picture = document.getElementById("draw-picture");
  const seed = document.getElementById("draw-seed");
  const again = document.getElementById("draw-again");
  const show = () => {
    const chosen = new FormData(draw);
    if (!chosen.get("silhouette") || !chosen.get("colour")) return;
    const query = new URLSearchParams(["silhouette", "colour", "pattern", "seed"].map((name) => [name, chosen.get(name) ?? ""]));
    picture.classList.add("is-loading");
    picture.src = `${draw.dataset.picture}?${query}`;
    picture.hidden = false;
    again.hidden = false;
  };
  picture.addEventListener("load", () => picture.classList.remove("is-loading"));
  draw.addEventListener("change", show);
  again.addEventListener("click", () => { seed.value = Math.floor(Math.random() * 1e6); show(); });
  show();
}
