"""Engines turn an Arrow string array into flat token ids; every one is proved against `tokenizers` before use."""
