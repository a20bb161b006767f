"""miStudio turns text into token datasets."""

__version__ = "0.1.0"
