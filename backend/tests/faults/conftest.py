"""What every fault test has."""

from tests.stack import make_stack, stack  # noqa: F401
