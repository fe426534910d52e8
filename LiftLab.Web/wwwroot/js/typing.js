// What a person types, chooses or ticks stays, however late the lab's answers to earlier acts come. A module, and so run before Blazor
// starts: its listeners come before Blazor's.
//
// 1. From the first key until the field is left, or Enter is pressed, a value that the lab writes into it waits. Then the person's text
//    counts: the lab is told, and the value that waited is dropped. Where the text is as it was before the first key, the value is taken.
// 2. From a change until the lab has heard of it, what the lab writes is older than the change, and is dropped: the lab takes the
//    field for what the person made of it, and writes again if it decides otherwise.

const TYPED = ["text", "search", "url", "email", "tel", "password", "number", "textarea"];
const CHOSEN = [...TYPED, "select-one", "checkbox"];
const LONGEST = 35_000; // ms: an answer that has not come by then does not come
const guards = new WeakMap(); // field → Guard
let own = false; // an event that this file dispatches
let lost = false; // the connection is away
let asked = 0;
let heard = 0; // the last question that the lab has answered

const hear = (number) => (heard = Math.max(heard, number));

// An answer and the drawing behind it may come in one message: a promise would hear of the answer when both are done. What reads the
// answer hears of it at once.
let listens = false;
function listen() {
  if (!listens)
    DotNet.attachReviver((key, value) => {
      if (key === "heardUpTo") hear(value);
      return value;
    });
  listens = true;
}

class Guard {
  constructor(field) {
    const name = field.type === "checkbox" ? "checked" : "value";
    const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), name);
    this.field = field;
    this.write = (value) => set.call(field, value);
    this.before = get.call(field);
    this.typing = false;
    this.late = null; // { value } that the lab has written meanwhile
    this.asked = 0; // the question that was sent before the last change
    Object.defineProperty(field, name, {
      configurable: true,
      enumerable: true,
      get: () => get.call(field),
      set: (value) => {
        if (this.typing) this.late = { value };
        else if (heard >= this.asked) {
          set.call(field, value);
          this.before = get.call(field);
        }
      },
    });
  }

  type() {
    this.typing = true;
  }

  // The lab's answer comes after all that it has drawn before it hears of what is sent next.
  async send() {
    const mine = (this.asked = ++asked);
    setTimeout(() => hear(mine), LONGEST);
    if (lost) return; // reconnect.js tells the lab again, which asks again
    try {
      listen();
      await DotNet.invokeMethodAsync("LiftLab.Web", "Heard", mine);
    } catch {
      // the connection has just gone
    }
    hear(mine);
  }

  // Fields that tell the lab of each key have told it before the value came: they tell it again.
  tell(name) {
    own = true;
    this.field.dispatchEvent(new Event(name, { bubbles: true }));
    own = false;
  }

  change() {
    const late = this.late;
    [this.typing, this.late, this.before] = [false, null, this.field.value];
    this.send();
    if (late) this.tell("input");
  }

  leave() {
    if (!this.typing) return;
    const { field, late } = this;
    if (field.value !== this.before) {
      field.dispatchEvent(new Event("change", { bubbles: true })); // the browser has not seen that it differs
      return;
    }
    [this.typing, this.late] = [false, null];
    if (!late) return;
    this.write(late.value);
    this.send();
    this.tell("input");
  }
}

document.addEventListener("components-reconnect-state-changed", (e) => (lost = e.detail.state !== "hide"), true);

function guardOf(field) {
  if (!guards.has(field)) guards.set(field, new Guard(field));
  return guards.get(field);
}

const on = (event, types, act) =>
  addEventListener(event, (e) => !own && e.target instanceof Element && types.includes(e.target.type) && act(e.target), true);

on("focusin", TYPED, guardOf);
on("input", TYPED, (field) => field === document.activeElement && guardOf(field).type());
on("change", CHOSEN, (field) => guardOf(field).change());
on("focusout", TYPED, (field) => guards.get(field)?.leave());
