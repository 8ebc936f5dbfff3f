import os
import sys
from contextlib import ExitStack

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from rawkernel import EXECUTABLE, Client, Kernel  # noqa: E402


def pytest_configure(config):
    if not os.access(EXECUTABLE, os.X_OK):
        pytest.exit(f"{EXECUTABLE} is missing; build the kernel or set CNN_KERNEL", returncode=2)


@pytest.fixture
def start(tmp_path):
    """Starts kernels that are gone when the test ends."""
    with ExitStack() as stack:

        def start(*arguments, environment=None, **connection):
            kernel = Kernel(tmp_path, environment, arguments, **connection)
            stack.callback(kernel.kill)
            return kernel

        yield start


@pytest.fixture
def connect():
    """Makes clients whose sockets are closed when the test ends."""
    with ExitStack() as stack:

        def connect(kernel, ready=True, **options):
            client = Client(kernel, **options)
            stack.callback(client.close)
            return client.ready() if ready else client

        yield connect


@pytest.fixture
def kernel(start):
    return start()


@pytest.fixture
def client(kernel, connect):
    return connect(kernel)
