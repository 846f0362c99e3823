// What is left of a bank line while it is divided; the form works without this file.
"use strict";
(() => {
  const form = document.querySelector("form.divide");
  const left = form?.querySelector("[data-left]");
  if (!left) return;
  const digits = Number(form.dataset.digits);
  // Whole minor units: an amount is never a float.
  const parse = (text) => {
    const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
    if (!found || digits < (found[3] ?? "").length) return null;
    const minor = BigInt(found[2] + (found[3] ?? "").padEnd(digits, "0"));
    return found[1] ? -minor : minor;
  };
  const show = (minor) => {
    const plain = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, "0");
    const at = plain.length - digits;
    const text = digits ? `${plain.slice(0, at)}.${plain.slice(at)}` : plain;
    return minor < 0n ? `-${text}` : text;
  };
  const open = new Map();
  for (const option of form.querySelectorAll("datalist option"))
    open.set(option.value, parse(option.dataset.open));
  const fields = (name) => [...form.querySelectorAll(`[name='${name}']`)];
  // What the documents, the deductions and the money on account leave; null is not known.
  const rest = () => {
    let sum = parse(form.dataset.amount);
    const documents = fields("document");
    const taken = fields("taken_amount").map((field, at) => ({
      amount: parse(field.value),
      of: fields("taken_document")[at].value.trim() || documents[0]?.value.trim(),
      typed: field.value.trim(),
    }));
    for (const [at, field] of documents.entries()) {
      const document = field.value.trim();
      const typed = fields("amount")[at].value.trim();
      if (!document && !typed) continue;
      const own = taken.filter((one) => one.typed && one.of === document);
      if (own.some((one) => one.amount === null)) return null;
      const off = own.reduce((all, one) => all + one.amount, 0n);
      const due = open.get(document);
      const isCredit = due !== undefined && due !== null && due < 0n;
      let amount = typed ? parse(typed) : null;
      if (!typed && due !== undefined && due !== null)
        amount = isCredit ? -due : due < sum + off ? due : sum + off;
      if (amount === null) return null;
      sum += isCredit ? amount : off - amount;
    }
    for (const [at, field] of fields("account_party").entries()) {
      const typed = fields("account_amount")[at].value.trim();
      if (!typed && field.value.trim()) return 0n;
      if (typed && parse(typed) === null) return null;
      sum -= typed ? parse(typed) : 0n;
    }
    return sum;
  };
  // Another empty row as soon as the last one is used.
  const grow = (row) => {
    if (!row || row.nextElementSibling || 200 <= row.parentElement.children.length) return;
    const next = row.cloneNode(true);
    for (const error of next.querySelectorAll(".error")) error.remove();
    for (const field of next.querySelectorAll("input, select")) {
      if (field.matches("input")) field.value = "";
      for (const name of ["aria-invalid", "aria-describedby", "data-key"])
        field.removeAttribute(name);
      const label = field.getAttribute("aria-label");
      field.setAttribute("aria-label", label.replace(/\d+$/, (count) => Number(count) + 1));
    }
    row.after(next);
  };
  const update = () => {
    const now = rest();
    if (now === null || now === undefined) left.textContent = "?";
    else left.textContent = show(now);
    left.classList.toggle("bad", now !== null && now < 0n);
    left.classList.toggle("good", now === 0n);
  };
  form.addEventListener("input", (event) => {
    if (event.target.matches("input") && event.target.value) grow(event.target.closest("tr"));
    update();
  });
  update();
})();
