"""The way from a document's blocks to a page that talks to a server of another origin."""

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.clients import pages
from tests.clients.lives import alive

TEXT = """
# A title

## One

Some words.

```tsx
// src/App.tsx
import { useEffect, useState } from "react";
import { address } from "./address";

export default function App() {
  const [title, setTitle] = useState("");
  useEffect(() => {
    fetch(address + "?query={site{title}}").then(async (answer) => setTitle((await answer.json()).data.site.title));
  }, []);
  return <h1>{title}</h1>;
}
```

## Two

```ts
// src/address.ts
export const address = "http://localhost:8000/graphql";
```

```sh
npm install something
```
"""

NAMES = {
    "React": "react",
    "Apollo Client": "@apollo/client",
    "urql": "urql",
    "Graphcache": "@urql/exchange-graphcache",
    "Relay": "react-relay",
    "TanStack Query": "@tanstack/react-query",
    "graphql": "graphql",
    "graphql-ws": "graphql-ws",
}


def test_the_versions_that_the_document_names_are_those_of_the_tests() -> None:
    dependencies = json.loads((pages.WEB / "package.json").read_text())["dependencies"]
    (told,) = re.findall(r"The tests build it with (.+?)\.\n", pages.DOCUMENT.read_text(), re.DOTALL)
    named = re.findall(r"(\S[\w -]*?)\s(\d[\d.]*)(?:, | and |$)", " ".join(told.split()))
    assert named == [(name, dependencies[package]) for name, package in NAMES.items()]


def test_blocks_become_a_page_that_reaches_a_server_of_another_origin(
    tmp_path: Path, sqlite_url: str
) -> None:
    document, project = tmp_path / "document.md", tmp_path / "project"
    document.write_text(TEXT)
    parts = pages.sections(document)
    assert list(parts) == ["One", "Two"]
    named = pages.files(parts["One"] + parts["Two"])
    assert list(named) == ["src/App.tsx", "src/address.ts"]
    with pages.hosted(project) as origin, alive(sqlite_url, origin) as blog:
        pages.write(project, named, server=blog.server.url)
        pages.build(project)
        with pages.opened(origin) as page:
            expect(page.get_by_role("heading")).to_have_text("Causerie")
        blog.stop()
        blog.start()
        assert blog.comment("julien", "post_22", "After the restart").startswith("comment_")
