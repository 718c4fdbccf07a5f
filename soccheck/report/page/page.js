"use strict";
const said = document.body.dataset;
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
function made(name, text) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  return element;
}
function key(cell) {
  return cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent;
}
function compared(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return collator.compare(one, other);
}
// A browser lays out some hundred rows at once in no time, ten thousand in many seconds.
const AT_ONCE = 200;
function sorting(table, head, index, changed) {
  const button = made("button", head.textContent);
  button.type = "button";
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row.cells[index]), row]);
    for (const row of body.rows) row.hidden = true;
    rows.sort((one, other) => (down ? -1 : 1) * compared(one[0], other[0]));
    body.append(...rows.map((pair) => pair[1]));
    changed();
  });
}
function filtering(table) {
  const body = table.tBodies[0];
  const texts = new Map();
  const words = new Map();
  for (const row of body.rows) {
    texts.set(row, row.textContent.normalize("NFC").toLocaleLowerCase());
    words.set(row, row.querySelector("[class^=w-]")?.textContent ?? "");
  }
  const tools = made("div");
  tools.className = "tools";
  const search = made("label", said.search);
  const input = made("input");
  input.type = "search";
  search.append(input);
  const choice = made("label", said.status);
  const select = made("select");
  select.append(new Option(said.all, ""));
  for (const word of new Set(words.values())) if (word) select.append(new Option(word, word));
  choice.append(select);
  const count = made("output");
  const more = made("button", said.more);
  more.type = "button";
  more.className = "more";
  let most = AT_ONCE;
  function apply() {
    const wanted = input.value.normalize("NFC").toLocaleLowerCase();
    let shown = 0;
    let fitting = 0;
    for (const row of body.rows) {
      const fits = texts.get(row).includes(wanted) && (!select.value || words.get(row) === select.value);
      fitting += fits;
      row.hidden = !fits || shown >= most;
      shown += !row.hidden;
    }
    more.hidden = shown === fitting;
    count.textContent = `${said.shown}: ${shown}/${fitting === texts.size ? fitting : `${fitting}/${texts.size}`}`;
  }
  function anew() {
    most = AT_ONCE;
    apply();
  }
  more.addEventListener("click", () => {
    most += AT_ONCE;
    apply();
  });
  input.addEventListener("input", anew);
  select.addEventListener("change", anew);
  // Paper has all that fits.
  window.addEventListener("beforeprint", () => {
    most = Infinity;
    apply();
  });
  window.addEventListener("afterprint", anew);
  tools.append(search, ...(select.length > 2 ? [choice] : []), count);
  table.parentElement.before(tools);
  table.parentElement.after(more);
  apply();
  return apply;
}
function labelled(table) {
  // Where a row is a card, on a phone, each cell says what it is.
  Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
    table.style.setProperty(`--h${index + 1}`, JSON.stringify(`${head.textContent}: `));
  });
}
for (const table of document.querySelectorAll("table.data")) {
  labelled(table);
  const rows = table.tBodies[0].rows;
  const heads = Array.from(table.tHead.rows[0].cells);
  const changed = rows.length > 5 ? filtering(table) : () => Array.from(rows, (row) => (row.hidden = false));
  heads.forEach((head, index) => sorting(table, head, index, changed));
}
