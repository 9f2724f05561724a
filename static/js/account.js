// The doors: a password can be looked at while it is typed once, and a passkey that fails says so.

const eye = document.getElementById("reveal-icon");
for (const input of document.querySelectorAll('.site-main input[type="password"]')) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reveal";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", input.id);
  button.setAttribute("aria-label", eye.dataset.label);
  button.append(eye.content.cloneNode(true));
  const box = document.createElement("div");
  box.className = "password-box";
  input.replaceWith(box);
  box.append(input, button);
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    input.focus();
  });
  // Never sent, and never remembered by the browser, as plain text.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
}

document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-problem]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});

// On a phone the list of pages scrolls sideways; the one that is open shows.
document.querySelector(".manage__nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
