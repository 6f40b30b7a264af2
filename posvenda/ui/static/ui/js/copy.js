/* <button data-copy="#id" data-copied="Copied." data-by-hand="Selected."> copies the text of #id.
   Where the browser forbids it (plain http), the text is selected for the person to copy. */
import { say } from "./toasts.js";

function select(source) {
  const range = document.createRange();
  range.selectNodeContents(source);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent);
    say({ text: button.dataset.copied });
  } catch {
    select(source);
    say({ text: button.dataset.byHand });
  }
});
