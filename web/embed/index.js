// <causerie-comments> and <causerie-count>: a conversation on any page, without cookies and frames.
import { CauserieComments } from './comments.js';
import { CauserieCount } from './count.js';

for (const [name, element] of Object.entries({ 'causerie-comments': CauserieComments, 'causerie-count': CauserieCount })) {
  if (!customElements.get(name)) customElements.define(name, element);
}
