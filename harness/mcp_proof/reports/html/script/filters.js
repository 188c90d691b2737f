"use strict";
(() => {
  const filters = document.getElementById("filters");
  if (!filters) return; /* no server answered: there are no rules */
  const search = document.getElementById("search");
  const area = document.getElementById("area");
  const shown = document.getElementById("shown");
  const unfold = document.getElementById("unfold");
  const rules = [...document.querySelectorAll(".rule")].map((item) => ({
    item,
    text: item.textContent.toLowerCase(),
  }));

  const chosen = (name) => filters.querySelector(`[name="${name}"]:checked`).value;

  function apply() {
    const wanted = { verdict: chosen("verdict"), level: chosen("level"), area: area.value };
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { item, text } of rules) {
      const fits = Object.entries(wanted).every(([name, value]) => !value || item.dataset[name] === value);
      item.hidden = !(fits && words.every((word) => text.includes(word)));
      count += item.hidden ? 0 : 1;
    }
    for (const group of document.querySelectorAll(".group")) {
      group.hidden = !group.querySelector(".rule:not([hidden])");
    }
    for (const run of document.querySelectorAll(".run")) {
      const left = run.querySelectorAll(".rule:not([hidden])").length;
      run.hidden = !left && count < rules.length;
      run.querySelector("summary .number").textContent = `${left} ${left === 1 ? "rule" : "rules"}`;
    }
    shown.value = count ? `${count} of ${rules.length} rules are shown` : "no rule fits";
  }

  function clear() {
    for (const all of filters.querySelectorAll('input[type="radio"][value=""]')) all.checked = true;
    search.value = area.value = "";
    apply();
  }

  /* A link may lead to a rule that is filtered out, or into a run that is folded. */
  function reveal(hash) {
    const place = document.getElementById(hash.slice(1));
    if (!place) return;
    if (place.closest("[hidden]")) clear();
    const folded = place.closest("details.run");
    if (folded) folded.open = true;
    place.scrollIntoView();
  }

  function unfoldEvidence() {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    unfold.textContent = open ? "Fold evidence" : "Unfold evidence";
    for (const evidence of document.querySelectorAll(".evidence")) evidence.open = open;
  }

  for (const name of document.querySelectorAll(".coverage th[data-area]")) {
    const filtering = document.createElement("button");
    filtering.type = "button";
    filtering.textContent = name.textContent;
    filtering.addEventListener("click", () => {
      clear();
      area.value = name.dataset.area;
      apply();
      filters.scrollIntoView();
    });
    name.replaceChildren(filtering);
  }
  filters.addEventListener("input", apply);
  document.getElementById("clear").addEventListener("click", clear);
  unfold.addEventListener("click", unfoldEvidence);
  addEventListener("hashchange", () => reveal(location.hash));
  addEventListener("click", ({ target }) => {
    const link = target.closest('a[href^="#"]');
    if (link) reveal(link.hash);
  });
  filters.hidden = false;
  apply();
  reveal(location.hash);
})();
