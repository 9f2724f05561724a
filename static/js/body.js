// Touching the figure goes to the field of that zone; what needs a second look is read first.

document.querySelector(".figure")?.addEventListener("click", (event) => {
  const zone = event.target.closest("[data-zone]")?.dataset.zone;
  if (zone) document.querySelector(`.measure[data-zone="${zone}"] input`)?.focus();
});
document.querySelector(".measures")?.addEventListener("focusin", (event) => {
  const measure = event.target.closest(".measure");
  if (!measure) return;
  for (const other of document.querySelectorAll(".measure.is-open")) other.classList.remove("is-open");
  measure.classList.add("is-open");
});
(document.querySelector("[data-focus]") ?? document.querySelector('[aria-invalid="true"]'))?.focus();
