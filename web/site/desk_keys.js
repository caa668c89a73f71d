// The desk's keys; none where somebody writes, and none together with Ctrl, Alt or Meta.
const DECISIONS = { a: 'APPROVED', r: 'REJECTED', s: 'SPAM' };
const STEPS = { j: 1, k: -1 };

export function keys({ list, decide, select }) {
  const help = document.getElementById('keys');
  document.addEventListener('keydown', (event) => {
    const busy = event.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], dialog');
    if (busy || event.ctrlKey || event.metaKey || event.altKey) return;
    const done = act(event.key);
    if (done) event.preventDefault();
  });

  function act(key) {
    if (key in STEPS) list.move(STEPS[key]);
    else if (key in DECISIONS) decide(DECISIONS[key]);
    else if (key === 'x') {
      list.toggle();
      select();
    } else if (key === '?') help.showModal();
    else return false;
    return true;
  }
}
