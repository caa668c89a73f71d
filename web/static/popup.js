// Hands a session over to the page that has opened this window, if it is of the site that was named, and to no other.
const PATIENCE = 2000; // the page closes this window when it has heard: it could not tell whom it heard from a closed one
const { origin, token, user } = JSON.parse(document.getElementById('handed').textContent);
if (window.opener) {
  window.opener.postMessage({ type: 'causerie:token', token, user }, origin);
  setTimeout(() => window.close(), PATIENCE);
}
