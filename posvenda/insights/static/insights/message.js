/* The text of the message, once edited, goes into the links that carry it: <textarea data-message> and, in the
   same form, <a data-prefix="https://wa.me/…?text=">. */
document.addEventListener("input", event => {
  const message = event.target.closest("[data-message]");
  if (!message) return;
  for (const link of message.form.querySelectorAll("a[data-prefix]")) {
    link.href = link.dataset.prefix + encodeURIComponent(message.value);
  }
});
