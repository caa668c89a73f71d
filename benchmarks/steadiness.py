"""Does memory stay what it is? Very many requests of thousands of documents, and a look now and then."""

import json
from pathlib import Path
from random import Random

from benchmarks import load, usage
from benchmarks.competitors import OURS_CACHED
from benchmarks.place import Effort, Place
from benchmarks.questions import TINY
from benchmarks.results import Steadiness, Tell
from benchmarks.serving import serving

DOCUMENTS = 5_000
LIMIT = 0.05
"""The part by which memory may differ in the end from what it is when every document has been seen."""

SEED = 1
SLICE = 2
FIELDS = (
    "title", "slug", "excerpt", "body", "language", "status", "publishedAt", "updatedAt", "url", "commentCount",
    "author { name }", "author { id username role }", "category { name slug }", "category { id parent { name } }",
    "comments(first: 3) { nodes { id body } }", "comments(first: 2) { totalCount nodes { author { name } } }",
)  # fmt: skip


def document(random: Random, number: int) -> str:
    """A document that no other number has: some fields of some post, each under a name of its own."""
    chosen = random.sample(FIELDS, random.randint(3, len(FIELDS)))
    fields = " ".join(f"f{place}: {field}" for place, field in enumerate(chosen))
    return f'query D{number} {{ post(by: {{ id: "post_{random.randint(1, 5_000)}" }}) {{ id {fields} }} }}'


def write_documents(path: Path) -> None:
    """The requests, a line each."""
    random = Random(SEED)  # noqa: S311 - reproducible on purpose
    bodies = (json.dumps({"query": document(random, number)}) for number in range(DOCUMENTS))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(bodies) + "\n")


def watch(place: Place, database: str, effort: Effort, tell: Tell) -> Steadiness:
    """Ask until so many requests are answered; the first look is when every document has come twice."""
    path = place.requests / "steadiness.txt"
    write_documents(path)
    done, requests, memory = 0, list[int](), list[int]()
    with serving(OURS_CACHED, database, place.server_core, place.logs) as server:
        while done < effort.steady_requests:
            done += load.put(server.url(TINY), path, SLICE, core=place.client_core).requests
            if done >= 2 * DOCUMENTS:
                requests.append(done)
                memory.append(usage.memory_bytes(server.process.pid))
                tell(f"memory after {done:,} requests: {memory[-1] / 2**20:.1f} MiB")
    return Steadiness(DOCUMENTS, requests, memory)
