"use strict";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const nodesOf = (row) => row.dataset.nodes.split(" ").filter(Boolean);
const views = all(".view");
const tabs = all("[role=tab]");
const told = byId("told");

function show(tab) {
  tabs.forEach((one) => {
    one.setAttribute("aria-selected", one === tab);
    one.tabIndex = one === tab ? 0 : -1;
  });
  views.forEach((view) => { view.hidden = view.id !== tab.getAttribute("aria-controls"); });
  firstLit();
}

function clear() {
  all(".row.lit, .row.on").forEach((row) => row.classList.remove("lit", "on"));
  all(".row[aria-pressed=true]").forEach((row) => row.setAttribute("aria-pressed", "false"));
  tabs.forEach((tab) => { tab.querySelector("b").textContent = ""; });
  told.replaceChildren(byId("help").content.cloneNode(true));
}

function firstLit() {
  all(".pane").forEach((pane) => {
    const seen = all(".row.lit", pane).filter((row) => row.offsetParent);
    const lit = seen.find((row) => !row.dataset.name.endsWith(".div")) || seen[0];
    if (lit) lit.scrollIntoView({ block: "nearest" });
  });
}

function say(...lines) {
  told.replaceChildren(...lines.filter(Boolean).map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
}

function light(row) {
  const wasOn = row.classList.contains("on");
  clear();
  if (wasOn) return;
  row.classList.add("on");
  row.setAttribute("aria-pressed", "true");
  const isNode = row.classList.contains("node");
  const nodes = new Set(nodesOf(row));
  const lit = all(isNode ? ".value" : ".node").filter((other) => nodesOf(other).some((node) => nodes.has(node)));
  lit.forEach((other) => other.classList.add("lit"));
  if (isNode) {
    tabs.forEach((tab) => {
      const count = all(".value.lit", byId(tab.getAttribute("aria-controls"))).length;
      tab.querySelector("b").textContent = count || "";
    });
  }
  const names = lit.map((other) => other.dataset.name).join(", ");
  say(row.dataset.name, isNode ? row.dataset.fate : `from: ${names || "the rule itself"}`,
    row.dataset.rule && `rule: ${row.dataset.rule}`, row.dataset.table && `code table: ${row.dataset.table}`);
  firstLit();
}

function filter(text) {
  const wanted = text.trim().toLowerCase();
  all(".row, .note").forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
  all(".group").forEach((group) => { group.hidden = !all(".row, .note", group).some((row) => !row.hidden); });
}

function step(row, by) {
  const rows = all(".row", row.closest(".pane")).filter((one) => one.offsetParent);
  const next = rows[rows.indexOf(row) + by];
  if (next) next.focus();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  const tab = event.target.closest("[role=tab]");
  if (row) light(row);
  if (tab) show(tab);
});
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[role=tab]");
  const row = event.target.closest(".row");
  const ahead = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape") clear();
  if (event.key === "/" && event.target.type !== "search") {
    event.preventDefault();
    byId("filter").focus();
  }
  if (!ahead || !(tab || row)) return;
  event.preventDefault();
  if (row) step(row, ahead);
  if (tab) {
    const next = tabs[(tabs.indexOf(tab) + ahead + tabs.length) % tabs.length];
    next.focus();
    show(next);
  }
});
byId("filter").addEventListener("input", (event) => filter(event.target.value));
clear();
show(tabs[0]);
