#!/usr/bin/env bash
# charset-normalizer, which comes with `requests` and is its apparent_encoding: ordinary French, Spanish, Portuguese, Italian
# and Swedish in Windows-1252 is taken for Windows-1250, of central Europe, or for the Latin 2 of old Macs, with full
# confidence. The letters become others that look as if somebody had meant them, so nobody is told.
#
# Expected: Windows-1252 or ISO 8859-1, in which such text is; or little confidence.
# Seen with charset-normalizer 3.5.3: "L’été dernier" is read as "Líťtť dernier", "à la mer" as "ŕ la mer", "El año" as
# "El ańo", and so on in all seven texts, of which the longest has 400 characters; of that one the first 171 are read
# rightly. chardet 7.7.0 and, for Node.js, chardet 2.2.0 and jschardet 4.1.0 find the right encoding of each, and the first
# says that it is not sure. The documentation advises against "very tiny content" only.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check charset-normalizer==3.5.3 chardet==7.7.0 2>/dev/null
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund chardet@2.2.0 jschardet@4.1.0

cat >try.py <<'PYTHON'
import json

import chardet
import charset_normalizer

TEXTS = [
    "L’été dernier, j’ai passé une semaine à la mer avec ma sœur.",
    "L’été dernier, j’ai passé une semaine à la mer avec ma sœur. Nous avons dormi dans une petite maison près du port, "
    "où l’on entendait les bateaux rentrer très tôt le matin. Le café du coin était déjà ouvert, et la boulangère nous "
    "gardait « les deux derniers croissants ». Un soir, il a plu si fort que la rue s’est changée en ruisseau… Nous avons "
    "ri, fermé les volets et joué aux cartes jusqu’à minuit.",
    "J’ai laissé la clé à l’école, où elle a été trouvée très tôt.",
    "El año pasado pasé una semana en la playa con mi hermana.",
    "No verão passado fui à praia com a minha irmã. Dormimos numa casa pequena perto do porto, onde se ouviam os barcos "
    "de manhã. Não há nada melhor do que um café e um pão.",
    "La scorsa estate siamo andati al mare: è stata una settimana più lunga del solito, perché pioveva.",
    "Förra sommaren var jag en vecka vid havet med min syster. Vi sov i ett litet hus nära hamnen, där man hörde båtarna "
    "tidigt på morgonen.",
]
json.dump(TEXTS, open("texts.json", "w"))
open("texts.bin", "wb").write("".join(TEXTS).encode("windows-1252"))

print("charset-normalizer", charset_normalizer.__version__, "| chardet", chardet.__version__)
for text in TEXTS:
    data = text.encode("windows-1252")
    best, said = charset_normalizer.from_bytes(data).best(), charset_normalizer.detect(data)
    other = chardet.detect(data)
    print(f"{len(text)} characters:", best.encoding, said["language"], said["confidence"], "|", str(best)[:60])
    print("  chardet:", other["encoding"], other["language"], round(other["confidence"], 2))
    assert best.encoding in ("cp1250", "mac_latin2") and str(best) != text and said["confidence"] > 0.98
    assert data.decode(other["encoding"]) == text and other["confidence"] < 0.4
part = TEXTS[1][:171]
assert str(charset_normalizer.from_bytes(part.encode("windows-1252")).best()) == part
PYTHON
cat >try.js <<'JS'
const assert = require("assert");
const texts = require("./texts.json");
const version = (name) => require(`./node_modules/${name}/package.json`).version;
const data = require("fs").readFileSync("texts.bin");
const detect = { chardet: require("chardet").detect, jschardet: (bytes) => require("jschardet").detect(bytes).encoding };

for (const [name, ask] of Object.entries(detect)) {
  let start = 0;
  const found = texts.map((text) => {
    const bytes = data.subarray(start, (start += text.length));
    const encoding = ask(bytes);
    const only1252 = bytes.some((byte) => byte >= 0x80 && byte < 0xa0);
    assert.match(encoding, only1252 ? /^windows-1252$/i : /^(windows-1252|iso-8859-1)$/i);
    return encoding;
  });
  console.log(`${name} of npm`, version(name), ...found);
}
JS
venv/bin/python try.py
node try.js
