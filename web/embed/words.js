// What is said, in English and French.

const EN = {
  comments: (n) => (n === 1 ? '1 comment' : `${n.toLocaleString('en')} comments`),
  fresh: (n) => (n === 1 ? '1 new comment' : `${n.toLocaleString('en')} new comments`),
  unread: (n) => `${n.toLocaleString('en')} new`,
  title: 'Comments',
  nextNew: 'Next new one',
  nextNewHint: 'Next new comment (key n)',
  loading: 'Loading comments…',
  none: 'No comments yet.',
  closed: 'Comments are closed.',
  absent: 'There is no conversation here.',
  failed: 'The comments could not be loaded.',
  lost: 'The connection is lost. It is being tried again…',
  ended: 'New comments are no longer shown as they come.',
  retry: 'Try again',
  more: 'More comments',
  moreReplies: (n) => (n === 1 ? 'One more reply' : `${n.toLocaleString('en')} more replies`),
  write: 'Your comment',
  writeReply: (name) => `Your reply to ${name}`,
  send: 'Send',
  save: 'Save',
  cancel: 'Cancel',
  sending: 'Sending…',
  sent: 'Your comment is there.',
  waits: 'Waits for a moderator’s approval.',
  notSent: 'Not sent.',
  again: 'Send again',
  rewrite: 'Edit',
  name: 'Name',
  email: 'E-mail (not shown)',
  website: 'Website',
  optional: 'optional',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signInFirst: 'Sign in to comment.',
  blocked: 'The browser has blocked the window for signing in.',
  as: (name) => `as ${name}`,
  reply: 'Reply',
  replyTo: (name) => `Reply to ${name}`,
  edit: 'Edit',
  remove: 'Delete',
  sure: 'Really delete?',
  approve: 'Approve',
  reject: 'Reject',
  guest: 'guest',
  edited: 'edited',
  isNew: 'new',
  deleted: 'This comment was deleted.',
  nobody: 'Somebody',
  link: (date) => `Link to this comment of ${date}`,
  tooLong: (n) => `Too long by ${n.toLocaleString('en')} characters.`,
};

const FR = {
  comments: (n) => (n < 2 ? `${n} commentaire` : `${n.toLocaleString('fr')} commentaires`),
  fresh: (n) => (n < 2 ? `${n} nouveau commentaire` : `${n.toLocaleString('fr')} nouveaux commentaires`),
  unread: (n) => (n < 2 ? `${n} nouveau` : `${n.toLocaleString('fr')} nouveaux`),
  title: 'Commentaires',
  nextNew: 'Nouveau suivant',
  nextNewHint: 'Nouveau commentaire suivant (touche n)',
  loading: 'Chargement des commentaires…',
  none: 'Pas encore de commentaire.',
  closed: 'Les commentaires sont fermés.',
  absent: 'Il n’y a pas de conversation ici.',
  failed: 'Les commentaires n’ont pas pu être chargés.',
  lost: 'La connexion est perdue. Nouvel essai en cours…',
  ended: 'Les nouveaux commentaires ne s’affichent plus d’eux-mêmes.',
  retry: 'Réessayer',
  more: 'Plus de commentaires',
  moreReplies: (n) => (n < 2 ? 'Encore une réponse' : `Encore ${n.toLocaleString('fr')} réponses`),
  write: 'Votre commentaire',
  writeReply: (name) => `Votre réponse à ${name}`,
  send: 'Envoyer',
  save: 'Enregistrer',
  cancel: 'Annuler',
  sending: 'Envoi…',
  sent: 'Votre commentaire est publié.',
  waits: 'En attente de l’accord d’un modérateur.',
  notSent: 'Pas envoyé.',
  again: 'Renvoyer',
  rewrite: 'Modifier',
  name: 'Nom',
  email: 'Courriel (pas affiché)',
  website: 'Site web',
  optional: 'facultatif',
  signIn: 'Se connecter',
  signOut: 'Se déconnecter',
  signInFirst: 'Connectez-vous pour commenter.',
  blocked: 'Le navigateur a bloqué la fenêtre de connexion.',
  as: (name) => `en tant que ${name}`,
  reply: 'Répondre',
  replyTo: (name) => `Répondre à ${name}`,
  edit: 'Modifier',
  remove: 'Supprimer',
  sure: 'Supprimer vraiment ?',
  approve: 'Approuver',
  reject: 'Refuser',
  guest: 'invité',
  edited: 'modifié',
  isNew: 'nouveau',
  deleted: 'Ce commentaire a été supprimé.',
  nobody: 'Quelqu’un',
  link: (date) => `Lien vers ce commentaire du ${date}`,
  tooLong: (n) => `Trop long de ${n.toLocaleString('fr')} caractères.`,
};

const dates = new Map();

/** The words for an element: by its own `lang`, or that of what it is in. */
export function wordsFor(element) {
  const tag = element.closest('[lang]')?.lang || document.documentElement.lang || navigator.language || 'en';
  const french = /^fr\b/i.test(tag);
  return { ...(french ? FR : EN), lang: french ? 'fr' : 'en', date: dateFormat(french ? tag : /^en\b/i.test(tag) ? tag : 'en') };
}

function dateFormat(tag) {
  if (!dates.has(tag)) dates.set(tag, formatOf(tag));
  const format = dates.get(tag);
  return (moment) => format.format(new Date(moment));
}

function formatOf(tag) {
  const style = { dateStyle: 'medium', timeStyle: 'short' };
  try {
    return new Intl.DateTimeFormat(tag, style);
  } catch {
    return new Intl.DateTimeFormat('en', style); // not a language tag
  }
}
