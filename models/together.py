"""Several changes of one table's indexes as one step of a migration.

Tortoise makes all its classes of rows anew after each step, which takes longer than the database does.
"""

from collections.abc import Sequence
from typing import Any

from tortoise.migrations.operations import Operation, TortoiseOperation
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class Together(TortoiseOperation):
    """The operations, which are all about `model_name`, one after the other."""

    def __init__(self, model_name: str, operations: Sequence[Operation]) -> None:
        self.model_name = model_name
        self.operations = operations

    def describe(self) -> str:
        """What it does, for those who are shown the plan."""
        return f"Change {self.model_name}"

    def state_forward(self, app_label: str, state: State) -> None:
        """Change what Tortoise knows of the table."""
        for operation in self.operations:
            operation.state_forward(app_label, _Unreloaded(state))  # type: ignore[arg-type]
        state.reload_model(app_label, self.model_name)

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Change the table."""
        for operation in self.operations:
            await operation.database_forward(app_label, old_state, new_state, state_editor)

    async def database_backward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Change it back."""
        for operation in reversed(self.operations):
            await operation.database_backward(app_label, old_state, new_state, state_editor)


class _Unreloaded:
    """A state whose classes are made anew later."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def reload_model(self, app_label: str, model_name: str) -> None:
        """Not now."""

    def reload_models(self, model_tuples: object) -> None:
        """Not now."""
