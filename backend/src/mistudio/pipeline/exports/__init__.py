"""A result's rows as files of another format: read by memory map, written in a stream, in constant memory."""
