/* Single keys, off inside fields and dialogs: / search, G + letter, J K, E do, A later, C new task, ? this list.
   <body data-keys="off"> or the switch [data-keys-toggle] turns them off (WCAG 2.1.4). */
import { open } from "./dialogs.js";
import { openPalette } from "./palette.js";

const GOTO_MS = 1200;
let gotoUntil = 0;

function stored() {
  try { return localStorage.getItem("keys"); } catch { return null; }
}
const isOn = () => (stored() ?? document.body.dataset.keys) !== "off";

const items = () => [...document.querySelectorAll("[data-item]")].filter(item => item.offsetParent);
const current = () => document.activeElement.closest("[data-item]");

function move(step) {
  const all = items();
  const at = all.indexOf(current());
  all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
}

function press(selector) {
  current()?.querySelector(selector)?.click();
}

const KEYS = {
  "/": openPalette,
  "?": () => open(document.getElementById("shortcuts")),
  j: () => move(1),
  k: () => move(-1),
  e: () => press("[data-do]"),
  a: () => press("[data-later]"),
  c: () => document.querySelector("[data-new-task]")?.click(),
  enter: () => { if (document.activeElement === current()) press("[data-link], h3 a, a"); },
  g: () => { gotoUntil = performance.now() + GOTO_MS; },
};

document.addEventListener("keydown", event => {
  if (!isOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog, [popover]")) return;
  const key = event.key.toLowerCase();
  const place = performance.now() < gotoUntil && document.querySelector(`[data-goto-key="${CSS.escape(key)}"]`);
  gotoUntil = 0;
  if (place) return place.click();
  if (!KEYS[key]) return;
  if (key !== "enter") event.preventDefault();
  KEYS[key]();
});

for (const toggle of document.querySelectorAll("[data-keys-toggle]")) {
  toggle.checked = isOn();
  toggle.addEventListener("change", () => {
    try { localStorage.setItem("keys", toggle.checked ? "on" : "off"); } catch { /* storage is off */ }
  });
}
