"""Proof that a finished result is what its recipe says."""
