/* <button data-open="#id"> opens a dialog or drawer; <form method="dialog"> or Esc closes it.
   data-docked keeps a drawer beside the page where there is room. */
const WIDE = 1100;

export function open(dialog) {
  if (!dialog) return;
  if (dialog.open) dialog.close();
  if (dialog.hasAttribute("data-docked") && innerWidth > WIDE) dialog.show();
  else dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("dialog-open"));
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-open]");
  if (button) {
    event.preventDefault();
    button.closest("[popover]")?.hidePopover();
    open(document.querySelector(button.dataset.open));
    return;
  }
  const close = event.target.closest("[data-close]");
  if (close) close.closest("dialog")?.close();
});

/* A click on the backdrop closes what can be closed without an answer */
document.addEventListener("mousedown", event => {
  const dialog = event.target;
  if (dialog.tagName !== "DIALOG" || !dialog.matches(":modal") || dialog.hasAttribute("data-keep")) return;
  const box = dialog.getBoundingClientRect();
  const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (outside) dialog.close();
});

/* A dialog that arrives by htmx with data-open-now opens at once; "dialog-close" from the server closes it */
document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll("dialog[data-open-now]:not([open])").forEach(dialog => {
    dialog.removeAttribute("data-open-now");
    open(dialog);
  });
});
document.addEventListener("dialog-close", () => document.querySelectorAll("dialog[open]:modal").forEach(d => d.close()));
