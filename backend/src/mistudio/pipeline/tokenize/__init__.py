"""From text in Arrow to token ids in Arrow: exact, streamed, with its statistics."""
