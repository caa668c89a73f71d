"""Logs: one line for each thing worth knowing, as JSON for machines or readable on a terminal.

Ours and the libraries' lines go the same way. Nothing that opens a door is ever handed to a logger: no token,
password, variable, connection parameter, query string or header, but for the origin of a page that was refused; and
tracebacks come without local variables.
"""

import logging
import sys
from datetime import UTC, datetime
from io import StringIO
from typing import Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

LogFormat = Literal["auto", "json", "pretty"]
CHATTY = ("aiosqlite", "asyncio", "asyncpg", "httptools", "tortoise", "uvicorn", "websockets")
"""Libraries whose debug lines show statements' parameters or frames, and whose other lines repeat ours."""
TELLTALE = ("python_multipart",)
"""Libraries that report what somebody has sent wrongly: that is refused to them, and no matter of the operator's."""


def start_logging(log_format: LogFormat, level: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error by default)."""
    output = stream or sys.stderr
    pretty = log_format == "pretty" or (log_format == "auto" and output.isatty())
    renderers = _pretty(colors=output.isatty()) if pretty else [_json]
    threshold = getattr(logging, level.upper())
    structlog.configure(
        processors=renderers,
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    _tame(threshold)


def _pretty(*, colors: bool) -> list[Processor]:
    return [
        _printable,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=_traceback),
    ]


def _printable(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Texts with their control characters written out: a terminal obeys them, and clients may have sent them."""
    return {key: _written_out(value) if isinstance(value, str) else value for key, value in event.items()}


def _written_out(text: str, keep: str = "") -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in keep else ascii(each)[1:-1] for each in text)


def _traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    plain = StringIO()
    structlog.dev.plain_traceback(plain, exc_info)
    stream.write(_written_out(plain.getvalue(), keep="\n"))


def _json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """The line, in one step: every request has one."""
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, method, event)
    event["level"] = method
    event["timestamp"] = datetime.now(UTC)
    return orjson.dumps(event, default=str, option=orjson.OPT_UTC_Z).decode()


def _logger_name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The library's name, and none of the extras that it attached for its own formatter."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    return event


def _tame(threshold: int) -> None:
    for name in TELLTALE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(threshold, logging.WARNING))
