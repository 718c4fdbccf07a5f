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
function sorting(table, head, index) {
  const button = made("button", head.textContent);
  button.type = "button";
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row.cells[index]), row]);
    rows.sort((one, other) => (down ? -1 : 1) * compared(one[0], other[0]));
    body.append(...rows.map((pair) => pair[1]));
  });
}
function filtering(table) {
  const rows = Array.from(table.tBodies[0].rows);
  const texts = rows.map((row) => row.textContent.normalize("NFC").toLocaleLowerCase());
  const tools = made("div");
  tools.className = "tools";
  const search = made("label", said.search);
  const input = made("input");
  input.type = "search";
  search.append(input);
  const choice = made("label", said.status);
  const select = made("select");
  select.append(new Option(said.all, ""));
  const words = rows.map((row) => row.querySelector("[class^=w-]")?.textContent ?? "");
  for (const word of new Set(words)) if (word) select.append(new Option(word, word));
  choice.append(select);
  const count = made("output");
  function apply() {
    const wanted = input.value.normalize("NFC").toLocaleLowerCase();
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = texts[index].includes(wanted) && (!select.value || words[index] === select.value);
      row.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${said.shown}: ${shown}/${rows.length}`;
  }
  input.addEventListener("input", apply);
  select.addEventListener("change", apply);
  tools.append(search, ...(select.length > 2 ? [choice] : []), count);
  table.parentElement.before(tools);
  apply();
}
function labelled(table) {
  // Where a row is a card, on a phone, each cell says what it is.
  Array.from(table.tHead.rows[0].cells).forEach((head, index) => {
    table.style.setProperty(`--h${index + 1}`, JSON.stringify(`${head.textContent}: `));
  });
}
for (const table of document.querySelectorAll("table.data")) {
  labelled(table);
  Array.from(table.tHead.rows[0].cells).forEach((head, index) => sorting(table, head, index));
  if (table.tBodies[0].rows.length > 5) filtering(table);
}
