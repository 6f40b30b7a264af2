/* Toasts say what happened, once. From the server: .toast[data-toast-live] in the page, or
   HX-Trigger: {"toast": {"text": "…", "undo": "/address", "error": false}}. Pause on hover or focus. */
const LIFE = 6000;
const LIFE_WITH_UNDO = 12000;
const text = name => document.body.dataset[`text${name}`];

function live(toast) {
  toast.removeAttribute("data-toast-live");
  if (toast.classList.contains("is-error")) return;
  const life = toast.querySelector("form") ? LIFE_WITH_UNDO : LIFE;
  let timer = setTimeout(() => toast.remove(), life);
  const pause = () => clearTimeout(timer);
  const resume = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), life / 2); };
  for (const kind of ["mouseenter", "focusin"]) toast.addEventListener(kind, pause);
  for (const kind of ["mouseleave", "focusout"]) toast.addEventListener(kind, resume);
}

function button(words, css = "btn sm") {
  return Object.assign(document.createElement("button"), { className: css, textContent: words });
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function undoForm(address) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address });
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  form.append(hidden("csrfmiddlewaretoken", token), hidden("next", location.pathname + location.search), button(text("Undo")));
  return form;
}

export function say({ text: words, undo = "", error = false }) {
  const toast = Object.assign(document.createElement("div"), { className: error ? "toast is-error" : "toast" });
  toast.append(Object.assign(document.createElement("span"), { textContent: words }));
  if (undo) toast.append(undoForm(undo));
  const close = button("×", "btn sm quiet icon");
  close.type = "button";
  close.setAttribute("aria-label", text("Close"));
  close.setAttribute("data-toast-close", "");
  toast.append(close);
  document.querySelector("[data-toasts]")?.append(toast);
  live(toast);
}

/* Toasts of an answer that a script followed are shown on the page it leads to */
export function keep(page) {
  const told = [...page.querySelectorAll(".toast")].map(toast => ({
    text: toast.querySelector("span").textContent, undo: toast.querySelector("form")?.getAttribute("action"), error: toast.classList.contains("is-error"),
  }));
  try { sessionStorage.setItem("toasts", JSON.stringify(told)); } catch { /* storage is off */ }
}

function kept() {
  try {
    const told = JSON.parse(sessionStorage.getItem("toasts") || "[]");
    sessionStorage.removeItem("toasts");
    return told;
  } catch { return []; }
}

document.addEventListener("click", event => event.target.closest("[data-toast-close]")?.closest(".toast").remove());
document.addEventListener("toast", event => say(event.detail));
document.querySelectorAll("[data-toast-live]").forEach(live);
kept().forEach(say);
