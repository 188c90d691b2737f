"use strict";
(() => {
  async function copy(code, button) {
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      if (!document.execCommand("copy")) return;
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  }

  for (const code of document.querySelectorAll(".command code")) {
    const copying = document.createElement("button");
    copying.type = "button";
    copying.textContent = "Copy";
    copying.className = "copy";
    copying.setAttribute("aria-live", "polite");
    copying.addEventListener("click", () => copy(code, copying));
    code.after(copying);
  }
})();
