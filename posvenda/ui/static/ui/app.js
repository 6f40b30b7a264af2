/* Behaviours, one file each. They listen on the document, so htmx swaps need nothing more. */
import "./js/theme-toggle.js";
import "./js/dialogs.js";
import "./js/popovers.js";
import "./js/toasts.js";
import "./js/tabs.js";
import "./js/palette.js";
import "./js/keyboard.js";
import "./js/selection.js";
import "./js/drop.js";
import "./js/charts.js";
import "./js/copy.js";
import "./js/htmx-care.js";
