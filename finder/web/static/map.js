// <clinic-map>: the picture of the map, made movable. The picture stays until the live map is there, and
// for good where it is not wanted: nothing is loaded before the map is near on a wide screen, or before
// somebody presses "Open map".
const wide = matchMedia("(min-width: 900px)");
const whenIdle = window.requestIdleCallback || ((work) => setTimeout(work, 200));

class ClinicMap extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "map-open";
    this.button.textContent = "Open map";
    this.button.addEventListener("click", () => this.open(true));
    this.querySelector("figcaption").prepend(this.button);
    if (wide.matches && "IntersectionObserver" in window) {
      const watch = new IntersectionObserver(
        (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          watch.disconnect();
          whenIdle(() => this.open(false));
        },
        { rootMargin: "200px" },
      );
      watch.observe(this);
    }
  }

  async open(takesFocus) {
    if (this.button.disabled) return;
    this.button.disabled = true;
    try {
      const { start } = await import(this.dataset.live);
      const container = await start(this);
      this.button.remove();
      if (takesFocus) container.focus();
    } catch {
      this.button.disabled = false;
      this.button.textContent = "The map did not load. Try again";
    }
  }
}

customElements.define("clinic-map", ClinicMap);
