"""The npm package @graphql-tools/url-loader 9, with which graphql-codegen loads schemas."""

from graphql import build_schema

import schema
from tests.clients import scripts
from tests.server.running import Server


def test_code_generators_load_the_schema_from_its_address(sqlite_site: Server) -> None:
    loaded = scripts.run("sdl.js", f"{sqlite_site.graphql}/schema.graphql")
    assert loaded["oneOf"] == ["CategoryBy", "PostBy", "TagBy", "UserBy"]
    assert loaded["types"] == len(build_schema(schema.sdl()).type_map)


def test_they_load_it_by_introspection_as_well(sqlite_site: Server) -> None:
    loaded = scripts.run("sdl.js", sqlite_site.graphql)
    assert loaded["types"] == len(build_schema(schema.sdl()).type_map)
