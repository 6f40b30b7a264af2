/* <dialog data-palette>: Ctrl-K or / opens it, htmx fills the list, arrows choose, Enter opens. */
import { open } from "./dialogs.js";

const palette = document.querySelector("[data-palette]");
const input = palette?.querySelector("input");
const options = () => [...palette.querySelectorAll("[role=option]")];

function mark(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

export function openPalette() {
  if (!palette) return false;
  if (!palette.open) open(palette);
  input.select();
  return true;
}

palette?.addEventListener("dialog-open", () => window.htmx?.trigger(input, "palette-open"));
palette?.addEventListener("htmx:afterSwap", () => mark(options()[0]));
palette?.addEventListener("keydown", event => {
  const all = options();
  const at = all.findIndex(one => one.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    mark(all[(at + step + all.length) % all.length]);
  }
  if (event.key === "Enter") {
    event.preventDefault();
    all[at]?.click();
  }
});

document.addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && openPalette()) event.preventDefault();
});
