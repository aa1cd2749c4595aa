// <screening-check>: compares what is ticked with what each clinic publishes, here in the browser.
// Nothing is sent and nothing is kept.
class ScreeningCheck extends HTMLElement {
  connectedCallback() {
    const { phrases, clinics } = JSON.parse(this.querySelector('script').textContent);
    this.phrases = phrases;
    this.summary = this.querySelector('.says-all');
    this.clinics = Object.entries(clinics).map(([id, says]) => ({ says, answer: this.answerOf(id) }));
    this.boxes = [...this.querySelectorAll('input')];
    this.querySelector('.no-script').hidden = true;
    this.querySelector('.boxes').hidden = false;
    this.addEventListener('change', () => this.compare());
    this.querySelector('button').addEventListener('click', () => {
      for (const box of this.boxes) box.checked = false;
      this.compare();
    });
  }

  // Where a clinic's answer stands: on its card, or here when the page is about it alone.
  answerOf(id) {
    const path = `a[href="/clinic/${CSS.escape(id)}"]`;
    const card = document.querySelector(`main h2 ${path}, main h3 ${path}`)?.closest('article, li');
    if (!card) return this.summary;
    const answer = card.appendChild(document.createElement('p'));
    answer.className = 'check-says';
    this.cards = true;
    return answer;
  }

  compare() {
    const ticked = this.boxes.filter((box) => box.checked);
    let speak = 0;
    for (const { says, answer } of this.clinics) {
      const lines = this.phrases.map(() => []);
      for (const { value, dataset } of ticked) {
        const [phrase, words = dataset.said] = [says[value] ?? lines.length - 1].flat();
        lines[phrase].push(words);
      }
      answer.textContent = ticked.length ? this.sentences(lines) : '';
      if (ticked.some((box) => box.value in says)) speak += 1;
    }
    if (this.cards) {
      const of = `${speak} of ${this.clinics.length} clinics here publish something about this`;
      this.summary.textContent = ticked.length ? `${of}. The answer stands on each card.` : '';
    }
  }

  sentences(lines) {
    const said = lines.map((words, at) => (words.length ? `${this.phrases[at]}: ${words.join('; ')}. ` : ''));
    return `${said.join('')}Ask the clinic.`;
  }
}

customElements.define('screening-check', ScreeningCheck);
