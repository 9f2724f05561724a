// Shows what was shared, while its owner says what it is for.

import { sharedFiles } from "./shared.js";

const place = document.querySelector("[data-received]");
for (const file of (await sharedFiles()).slice(0, 6)) {
  const picture = new Image();
  picture.alt = "";
  picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  picture.addEventListener("error", () => picture.remove()); // no browser shows HEIC
  picture.src = URL.createObjectURL(file);
  place.append(picture);
}
