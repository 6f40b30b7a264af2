/* <form class="drop" method="post" enctype="multipart/form-data"> with one <input type="file">: files dropped or
   chosen go up with a progress bar. Without script it is a plain form. data-auto sends on choice. */
import { keep, say } from "./toasts.js";

const field = form => form.querySelector("input[type=file]");

function show(form) {
  const names = form.querySelector("[data-drop-names]");
  if (names) names.textContent = [...field(form).files].map(file => file.name).join(", ");
  if (form.hasAttribute("data-auto") && field(form).files.length) form.requestSubmit();
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  const bar = form.querySelector("progress");
  const body = new FormData(form, submitter);
  form.setAttribute("aria-busy", "true");
  if (bar) bar.hidden = false;
  request.upload.addEventListener("progress", event => {
    if (bar && event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; }
  });
  request.upload.addEventListener("load", () => bar?.removeAttribute("value"));
  request.addEventListener("load", () => {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const answer = page.querySelector("main");
    if (!answer || request.status >= 500) { fail(form); return; }
    if (request.responseURL !== location.href) { keep(page); location.assign(request.responseURL); return; }
    document.querySelector("main").replaceWith(answer);
    window.htmx?.process(answer);
  });
  request.addEventListener("error", () => fail(form));
  request.open("POST", form.action);
  request.send(body);
}

function fail(form) {
  form.removeAttribute("aria-busy");
  const bar = form.querySelector("progress");
  if (bar) { bar.hidden = true; bar.value = 0; }
  say({ text: document.body.dataset.textError, error: true });
}

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, event => {
    const form = event.target.closest?.("form.drop");
    if (!form) return;
    event.preventDefault();
    form.toggleAttribute("data-over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop") { field(form).files = event.dataTransfer.files; show(form); }
  });
}
document.addEventListener("change", event => { const form = event.target.closest("form.drop"); if (form && event.target === field(form)) show(form); });
document.addEventListener("submit", event => {
  const form = event.target.closest("form.drop");
  if (!form || !field(form).files.length) return;
  event.preventDefault();
  send(form, event.submitter);
});
