#!/usr/bin/env bash
# Babel, when two catalogs of one language are read into one: the translation that was there first stays, also an empty
# one, so a file of translations that is read later replaces nothing and fills nothing in. Nobody is told. gettext's own
# tool for this, msgcat --use-first, has to be asked to do so, and takes an empty one for none.
#
# Expected: `catalog[id] = message` is an assignment, and `catalog.add(id, string)` of an id that has no translation yet
# gives it one.
# Seen with Babel 2.19.0: both keep the old string; flags, comments and locations of the new message are taken over, as the
# documentation says, and the string is not mentioned there. Only `message.string = …` changes it. An entry that is marked
# fuzzy because of the second file is fuzzy with the words of the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check Babel==2.19.0 2>/dev/null

cat >first.po <<'PO'
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "Archive"
msgstr ""

msgid "Search"
msgstr "Chercher"
PO
cat >second.po <<'PO'
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "Archive"
msgstr "Archives"

#, fuzzy
msgid "Search"
msgstr "Rechercher"
PO
cat >try.py <<'PYTHON'
import babel
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


def both(put):
    together = Catalog(locale="fr")
    for name in ("first.po", "second.po"):
        with open(name, "rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    put(together, message)
    return together


def assign(catalog, message):
    catalog[message.id] = message


def add(catalog, message):
    catalog.add(message.id, message.string, flags=message.flags)


print("Babel", babel.__version__)
for put in (assign, add):
    together = both(put)
    archive, search = together["Archive"], together["Search"]
    print(put.__name__, repr(archive.string), repr(search.string), sorted(search.flags))
    assert (archive.string, search.string) == ("", "Chercher")
    assert search.fuzzy
together["Archive"].string = "Archives"
assert together["Archive"].string == "Archives"
PYTHON
venv/bin/python try.py
