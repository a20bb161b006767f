"""The client against the real stack."""

from tests.stack import make_stack, stack

__all__ = ["make_stack", "stack"]
