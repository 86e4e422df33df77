"use strict";

// The settings in the address, after #: by the names of momentum.run where it has them.

const link = {
  switches: ["outside", "together"], // boxes to tick

  // A control's name in the address: mom, lr ..., and of other sections valley.lr, average.mom ...
  name: (id) => id.replace("-", "."),

  /** Return the language and all settings, as the address has them; what is not set is left out. */
  text() {
    const parts = [["lang", page.language]];
    for (const [id, control] of Object.entries(page.controls)) {
      const usual = Number(page.element(id).defaultValue);
      if (run.NAMES.includes(id) || control.get() !== usual) parts.push([link.name(id), control.get()]);
    }
    yours.state().forEach(([name, value]) => parts.push([`yours.${name}`, value]));
    for (const id of link.switches) if (page.element(id).checked) parts.push([id, "true"]);
    return new URLSearchParams(parts).toString();
  },

  /** Keep the address up to date: not at every step, since browsers count how often. */
  follow() {
    clearTimeout(link.timer);
    link.timer = setTimeout(link.keep, 250);
  },
  keep() {
    const text = link.text();
    if (text === link.shown) return;
    link.shown = text;
    try {
      history.replaceState(history.state, "", `#${text}`);
    } catch (error) {
      // In a frame without an address of its own.
    }
  },

  /** Put every setting to what the address says, or to what it is at first. */
  read() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const language = asked.get("lang");
    if (["en", "zh"].includes(language)) page.language = language;
    for (const [id, control] of Object.entries(page.controls)) {
      const number = parseFloat(asked.get(link.name(id)));
      control.set(Number.isFinite(number) ? number : Number(page.element(id).defaultValue));
    }
    yours.restore((name) => asked.get(`yours.${name}`));
    link.switches.forEach((id) => { page.element(id).checked = asked.get(id) === "true"; });
  },

  async copy() {
    link.keep();
    const [address] = location.href.split("#"), whole = `${address}#${link.text()}`;
    let done = true;
    try {
      await navigator.clipboard.writeText(whole);
    } catch (error) {
      // Where the page came without encryption, there is no clipboard.
      const area = document.createElement("textarea");
      area.value = whole;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      page.element("copy").focus();
    }
    page.write("copied", page.say(done ? "copied" : "not-copied"));
    clearTimeout(link.fading);
    link.fading = setTimeout(() => page.write("copied", ""), 4000);
  },

  begin(changed) {
    link.read();
    link.shown = link.text(); // the address is left alone until something is changed
    const again = () => {
      link.read();
      changed();
    };
    addEventListener("hashchange", again);
    // Some browsers put back what stood in a form when the page was left.
    addEventListener("pageshow", ({ persisted }) => { if (!persisted) again(); });
    page.element("copy").addEventListener("click", link.copy);
  },
};
