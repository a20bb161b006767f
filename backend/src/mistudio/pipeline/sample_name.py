"""The names of the built-in sample, for those who need no more of it."""

SAMPLE_NAME = "Python library topics"
SAMPLE_FILE = "pydoc_data.topics"  # the module its text is in
SAMPLE_FOLDER = "demo"
SAMPLE_TOKENIZER = f"local:{SAMPLE_FOLDER}"
SAMPLE_MAX_LENGTH = 256
