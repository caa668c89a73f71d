"""`causerie media …`: pictures, for whoever runs the site."""

from typing import Annotated

import typer

from auth.viewer import now
from media.places import store_at
from resolvers import image_sweep
from server.commands.common import DatabaseOption, help_without_command, out, with_database
from server.config.environment import load_settings

commands = typer.Typer(
    callback=help_without_command, invoke_without_command=True, help="Look after the pictures."
)


@commands.command("sweep")
def sweep(
    *,
    database: DatabaseOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count them.")] = False,
) -> None:
    """Delete the pictures that no post, person or text has shown for a day. Safe to run at any time."""
    settings = load_settings(database=database)
    store = store_at(settings.media)
    swept = with_database(settings, lambda _: image_sweep.sweep(store, now(), dry_run=dry_run))
    done = "to delete" if dry_run else "deleted"
    out.print(f"pictures: {swept.rows or 'none'} {done}")
    out.print(f"files: {swept.files or 'none'} {done}")
