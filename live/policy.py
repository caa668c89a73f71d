"""How patient and how generous the feed is. Times are in seconds."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class FeedPolicy:
    """Numbers of the hub.

    - `poll`: how often the log is looked at without being told to.
    - `kept_for`: how long events can be replayed; `prune_every`: how often older ones are deleted.
    - `patience`: a group whose answer is not there by then moves to the slow lane, so that it delays nobody.
    - `dear`: what the database may work for one answer, and what its bytes may take, among others; dearer
      ones are built one at a time, for the clients in turn.
    - `share`: what one client's answers may take within half a minute, and `live_answers`: how many
      different ones it may have for one channel, before the rest of them moves to the slow lane. `live_rows`: of
      how many rows an answer may be to be tried among others.
    - `page`: events read at once. `replays`: pages served at the same time to those who catch up, for
      `turn` each.
    - `renders`: answers built at the same time. `gathering`: how long a replay waits for company,
      and again as long as more come, up to `longest_gathering`.
    """

    poll: float = 1.0
    kept_for: timedelta = timedelta(days=7)
    prune_every: float = 3600.0
    patience: float = 0.25
    dear: float = 0.1
    share: float = 0.5
    live_answers: int = 8
    live_rows: int = 1000
    turn: float = 1.0
    page: int = 200
    replays: int = 2
    renders: int = 8
    gathering: float = 0.005
    longest_gathering: float = 0.25


@dataclass(frozen=True, slots=True)
class ConnectionPolicy:
    """Numbers of each live connection.

    - `init_timeout`: how soon connection_init must come.
    - `ping_interval`: after so long a silence the server pings, and closes after `pong_timeout` more.
    - `stall_timeout`: a connection that accepts nothing for so long is closed.
    - `operations`: open at once.
    - `frames_per_second`: on average, and `frame_burst` more now and then.
    - `buffer`: characters waiting to be sent; beyond, the feed holds back and the server stops reading.
    - `per_address`: connections open at once from one address.
    - `retry`: how long a client whose stream has ended should wait, give or take a half, before it connects again.
    - `answer`: bytes that the answer to an operation may have.
    """

    init_timeout: float = 3.0
    ping_interval: float = 25.0
    pong_timeout: float = 15.0
    stall_timeout: float = 60.0
    operations: int = 100
    frames_per_second: float = 100.0
    frame_burst: int = 500
    buffer: int = 256 * 1024
    per_address: int = 200
    retry: float = 2.0
    answer: int = 24 * 2**20
