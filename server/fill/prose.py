"""Sentences by the thousand, in English and French: grammatical, seeded, and about nothing in particular."""

from random import Random

ENGLISH = """
In the end | Last week | To my surprise | On most days | As far as I know | After the meeting
our small team | a good index | the new form | every reader | the old server | one patient colleague
replaces | explains | measures | repairs | outlives | questions | simplifies | remembers
half of the process | a long report | the usual answer | three old habits | what we promised
without a word | before lunch | at no cost | twice a year | and nobody minds | for a good reason
"""
FRENCH = """
Au fond | La semaine dernière | À ma surprise | Le plus souvent | À ma connaissance | Après coup
notre petite équipe | un bon index | le formulaire | chaque lectrice | le vieux serveur | ma collègue
remplace | explique | mesure | répare | conserve | interroge | simplifie | retrouve
la moitié du processus | un long rapport | la réponse habituelle | trois vieilles habitudes
sans un mot | avant midi | sans frais | deux fois par an | et c'est très bien | pour une bonne raison
"""
LANGUAGES = {
    language: [line.split(" | ") for line in words.split("\n") if line]
    for language, words in {"en": ENGLISH, "fr": FRENCH}.items()
}


def sentence(random: Random, language: str) -> str:
    """One of a few thousand sentences."""
    opening, *middle, end = (random.choice(words) for words in LANGUAGES[language])
    return f"{opening}, {' '.join(middle)} {end}."


def paragraph(random: Random, language: str, sentences: int) -> str:
    """Some sentences in a row."""
    return " ".join(sentence(random, language) for _ in range(sentences))


def title(random: Random, language: str, number: int) -> str:
    """A title that no other number has."""
    _, subject, verb, matter, _ = (random.choice(words) for words in LANGUAGES[language])
    return f"{subject[0].upper()}{subject[1:]} {verb} {matter} ({number})"


def body(random: Random, language: str, length: int) -> str:
    """Markdown of about that many characters: paragraphs, a heading, a list and a quotation."""
    parts = [paragraph(random, language, 3)]
    while (written := sum(map(len, parts))) < length:
        match len(parts) % 4:
            case 1:
                parts.append(f"## {sentence(random, language)[:-1]}")
            case 2:
                parts.append(paragraph(random, language, min(4, 1 + (length - written) // 90)))
            case 3:
                parts.append("\n".join(f"- {sentence(random, language)}" for _ in range(2)))
            case _:
                parts.append(f"> {sentence(random, language)}")
    return "\n\n".join(parts)


def comment(random: Random, language: str) -> str:
    """What somebody answers: mostly short."""
    paragraphs = random.choices((1, 2, 3), (80, 15, 5))[0]
    return "\n\n".join(paragraph(random, language, random.choice((1, 1, 2, 3))) for _ in range(paragraphs))
