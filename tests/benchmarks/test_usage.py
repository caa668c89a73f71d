import os
import subprocess
import sys
import time

import pytest

from benchmarks import usage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks need Linux")


def test_children_belong_to_the_family() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert {os.getpid(), child.pid} <= set(usage.family(os.getpid()))
        assert usage.memory_bytes(os.getpid()) > 1_000_000
    finally:
        child.communicate(b"\n")


def test_computing_is_counted() -> None:
    before = usage.cpu_seconds([os.getpid()])
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert usage.cpu_seconds([os.getpid()]) - before >= 0.08
