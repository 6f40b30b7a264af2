/* htmx: say when a request fails, focus the first wrong field, keep buttons busy while waiting. */
import { say } from "./toasts.js";

const failed = () => say({ text: document.body.dataset.textError, error: true });
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);
document.addEventListener("htmx:responseError", event => { if (event.detail.xhr.status !== 422) failed(); });

/* 422 brings the form back with its errors, so it is swapped like an answer */
document.addEventListener("htmx:beforeSwap", event => {
  if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
});

const busy = target => target.matches?.("form") ? target.querySelector("button:not([type=button])") : target.closest?.("button");
document.addEventListener("htmx:beforeRequest", event => busy(event.target)?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", event => busy(event.target)?.removeAttribute("aria-busy"));

function toFirstError(scope) {
  scope.querySelector?.("[aria-invalid=true]")?.focus();
}
document.addEventListener("htmx:afterSettle", event => toFirstError(event.target));
toFirstError(document);
