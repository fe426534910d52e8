// The template editor and the highlighting of what belongs together, which must not wait for the server.

const tags = /\{\{[\s\S]*?(?:\}\}|$)|\{%[\s\S]*?(?:%\}|$)/g;

// Marks every element of one cell, wherever it stands in the page: the cell, its words, its text, its tokens.
export function light(root) {
  if (!root) return; // its page is gone
  let lit = null;
  const show = (cell) => {
    if (cell === lit) return;
    for (const on of root.querySelectorAll("[data-lit]")) on.removeAttribute("data-lit");
    lit = cell;
    if (cell !== null) for (const on of root.querySelectorAll(`[data-cell="${cell}"]`)) on.setAttribute("data-lit", "");
  };
  const cellOf = (event) => event.target.closest?.("[data-cell]")?.dataset.cell ?? null;
  // The page may scroll under a pointer that rests, because the focus moved: the focus then counts.
  let rests = "";
  root.addEventListener("pointerover", (e) => {
    const place = `${e.screenX} ${e.screenY}`;
    if (place !== rests) show(cellOf(e));
    rests = place;
  });
  root.addEventListener("pointerleave", (e) => {
    if (`${e.screenX} ${e.screenY}` !== rests) show(null);
  });
  root.addEventListener("focusin", (e) => show(cellOf(e)));
  root.addEventListener("focusout", (e) => {
    if (!root.contains(e.relatedTarget)) show(null);
  });
  // One tab stop for each list; the arrow keys move inside it.
  root.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    const list = e.target.closest?.("[data-walk]");
    if (!list || (!step && e.key !== "Home" && e.key !== "End")) return;
    const all = [...list.querySelectorAll("[data-cell], [data-stop]")];
    const at = all.indexOf(e.target);
    if (at < 0) return;
    e.preventDefault();
    const to = e.key === "Home" ? 0 : e.key === "End" ? all.length - 1 : Math.min(Math.max(at + step, 0), all.length - 1);
    e.target.tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
  });
}

// Draws the tokens of a row. Of two rows only the tokens that differ are replaced: most of a prompt is the same in both. Of many new
// tokens those that can be seen come first.
export function strip(root) {
  if (!root) return { show() {} }; // its page is gone
  const first = 512;
  const escapes = { "&": "&amp;", "<": "&lt;", '"': "&quot;" };
  const kinds = ["", ", trained", ", added by the tokenizer"];
  let shown = [];
  let names = [];
  let turn = 0;

  const describe = (item) => {
    if (!item || item.title) return;
    const { id, cell, kind } = item.dataset;
    item.title = `id ${id}` + (cell ? `, ${names[cell]}` : "") + kinds[kind ?? 0];
  };
  // A title on each of thousands of tokens costs time that only the one that is looked at needs.
  root.addEventListener("pointerover", (e) => describe(e.target.closest("[data-id]")));
  root.addEventListener("focusin", (e) => describe(e.target.closest("[data-id]")));

  const toneOf = (item) => item?.dataset.tone ?? "";

  // Neighbours have different tones: two take turns, and a third stands where a replaced piece meets what was there.
  function pieces(tokens, left, right) {
    let tone = left === "0" ? 1 : 0;
    const tones = tokens.map((_, i) => String((tone + i) % 2));
    if (tones.length && tones.at(-1) === right) tones[tones.length - 1] = "2";
    return tokens.map((token, i) => `${token.before} data-tone="${tones[i]}"${token.behind}`).join("");
  }

  function insert(tokens, before) {
    const fresh = document.createElement("template");
    fresh.innerHTML = pieces(tokens, toneOf(before ? before.previousSibling : root.lastChild), toneOf(before));
    root.insertBefore(fresh.content, before);
  }

  return {
    show(ids, looks, cells, marks, columns, hues) {
      const next = ids.map((id, i) => {
        const names = (cells[i] < 0 ? "" : `lens-cell hue-${cells[i] % hues}`) + (marks[i] === 1 ? " trained" : "");
        const look = looks[i].replace(/[&<"]/g, (c) => escapes[c]);
        const about = (cells[i] < 0 ? "" : ` data-cell="${cells[i]}"`) + (marks[i] ? ` data-kind="${marks[i]}"` : "");
        return {
          key: `${id} ${cells[i]} ${marks[i]} ${look}`,
          before: '<span role="listitem" data-stop tabindex="-1"',
          behind: ` data-id="${id}"${about}${names ? ` class="${names}"` : ""}>${look}</span>`,
        };
      });
      const mine = ++turn;
      if (root.childNodes.length !== shown.length) {
        root.replaceChildren(); // a part of the former row was still due
        shown = [];
      }
      const same = columns.length === names.length && columns.every((c, i) => c === names[i]);
      let start = 0;
      while (same && start < shown.length && start < next.length && shown[start] === next[start].key) start++;
      let end = 0;
      while (same && end < shown.length - start && end < next.length - start && shown.at(-1 - end) === next.at(-1 - end).key) end++;
      names = columns;
      const range = document.createRange();
      range.setStart(root, start);
      range.setEnd(root, root.childNodes.length - end);
      range.deleteContents();
      const behind = root.childNodes[start] ?? null;
      const fresh = next.slice(start, next.length - end);
      insert(fresh.slice(0, first), behind);
      if (fresh.length > first)
        // the time-out comes when the frame with the first tokens is painted
        requestAnimationFrame(() => setTimeout(() => mine === turn && insert(fresh.slice(first), behind)));
      shown = next.map((token) => token.key);
      if (!root.querySelector(':scope > [tabindex="0"]') && root.firstElementChild) root.firstElementChild.tabIndex = 0;
    },
  };
}

// `text` is what the server has written into the field; what was typed before this script came is newer.
export function edit(root, server, text) {
  if (!root) return { set() {}, mark() {} }; // its page is gone
  const area = root.querySelector("textarea");
  const back = root.querySelector("pre");
  const list = root.querySelector("ul");
  let fault = null;
  let offered = [];
  let chosen = -1;
  let asked = 0;

  function paint() {
    const text = area.value;
    const pieces = [];
    let at = 0;
    const plain = (to) => {
      if (to > at) pieces.push([text.slice(at, to), ""]);
      at = Math.max(at, to);
    };
    for (const match of text.matchAll(tags)) {
      plain(match.index);
      pieces.push([match[0], match[0].startsWith("{%") ? "tag" : "value"]);
      at = match.index + match[0].length;
    }
    plain(text.length);
    back.replaceChildren();
    let offset = 0;
    for (const [piece, kind] of pieces) {
      const cut = fault === null ? -1 : fault - offset;
      const parts = cut >= 0 && cut < piece.length ? [piece.slice(0, cut), piece[cut], piece.slice(cut + 1)] : [piece];
      parts.forEach((part, i) => {
        const span = document.createElement("span");
        span.className = kind + (parts.length > 1 && i === 1 ? " fault" : "");
        span.textContent = part;
        back.append(span);
      });
      offset += piece.length;
    }
    if (fault !== null && fault >= text.length) {
      const end = document.createElement("span");
      end.className = "fault";
      end.textContent = " ";
      back.append(end);
    }
    back.append("\n");
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 420)}px`;
    back.scrollTop = area.scrollTop;
  }

  function close() {
    offered = [];
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute("aria-activedescendant");
  }

  function choose(at) {
    chosen = at;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === at ? "true" : "false"));
    if (at >= 0) {
      area.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  function accept(suggestion) {
    area.focus();
    area.setSelectionRange(suggestion.start, area.selectionStart);
    insert(suggestion.insert);
    close();
  }

  // The browser's own undo knows this text, as if it was typed.
  function insert(text) {
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  async function suggest(force) {
    const mine = ++asked;
    if (area.selectionStart !== area.selectionEnd) return close();
    const caret = area.selectionStart;
    const found = await server.invokeMethodAsync("Suggest", area.value, caret);
    if (mine !== asked || area.selectionStart !== caret || document.activeElement !== area) return;
    close();
    if (!found.length) return;
    offered = found;
    list.replaceChildren(
      ...found.map((suggestion, i) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${i}`;
        item.setAttribute("role", "option");
        const label = document.createElement("code");
        label.textContent = suggestion.label;
        const hint = document.createElement("span");
        hint.textContent = suggestion.hint;
        item.append(label, hint);
        item.addEventListener("mousedown", (e) => {
          e.preventDefault();
          accept(suggestion);
        });
        return item;
      }),
    );
    list.hidden = false;
    choose(force || found[0].start < caret ? 0 : -1);
  }

  // What the person typed last, and the number of their edits: a text from the server that does not know all of them is older.
  let typed = area.value;
  let edits = typed === text ? 0 : 1;
  let setting = false;
  let telling = false;

  // While the server looks at a text, only the newest of the following ones waits.
  async function tell() {
    if (telling) return;
    telling = true;
    let told = -1;
    while (told !== edits) {
      told = edits;
      try {
        await server.invokeMethodAsync("Typed", typed, told);
      } catch {
        // The connection has gone, perhaps for a moment, or the page has.
        await new Promise((soon) => setTimeout(soon, 500));
        if (!area.isConnected) break;
        told = -1;
      }
    }
    telling = false;
  }

  area.addEventListener("input", () => {
    fault = null;
    paint();
    if (setting) return;
    typed = area.value;
    edits++;
    tell();
    suggest(false);
  });
  area.addEventListener("scroll", () => (back.scrollTop = area.scrollTop));
  // Whoever leaves the field presses a button next, which must not arrive before the text.
  area.addEventListener("blur", () => {
    if (telling) server.invokeMethodAsync("Typed", typed, edits).catch(() => {});
    close();
  });
  area.addEventListener("click", close);
  area.addEventListener("keydown", (e) => {
    if (e.key === " " && e.ctrlKey) {
      e.preventDefault();
      suggest(true);
    } else if (offered.length && (e.key === "ArrowDown" || e.key === "ArrowUp")) {
      e.preventDefault();
      choose((chosen + (e.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length);
    } else if (offered.length && e.key === "Enter" && chosen >= 0) {
      e.preventDefault();
      accept(offered[chosen]);
    } else if (offered.length && e.key === "Escape") {
      e.preventDefault();
      e.stopPropagation();
      close();
    }
    // Tab is the browser's: it leaves the editor.
  });
  new ResizeObserver(paint).observe(root);
  paint();
  if (edits) tell();
  return {
    // Replaces the whole text; undo brings the former one back. What was typed after the edits that the server knows stays, and is on
    // its way to the server.
    set(text, known) {
      if (area.value === text || known !== edits) return;
      const had = document.activeElement;
      const elsewhere = had !== area && had?.matches("input:not([type=checkbox], [type=radio], [type=range]), textarea");
      if (!elsewhere) area.focus({ preventScroll: true });
      setting = true;
      if (document.activeElement === area) {
        area.select();
        insert(text);
      } else {
        // The person types elsewhere, or the editor is folded away: the browser would insert where the focus is.
        area.setRangeText(text, 0, area.value.length, "end");
        area.dispatchEvent(new Event("input", { bubbles: true }));
      }
      setting = false;
      close();
      if (elsewhere) return;
      if (had === document.body) area.blur();
      else if (had && had !== area) had.focus({ preventScroll: true });
    },
    mark(line, column) {
      if (line === 0) fault = null;
      else {
        const lines = area.value.split("\n");
        fault = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + column - 1;
      }
      area.setAttribute("aria-invalid", fault !== null);
      paint();
    },
  };
}
