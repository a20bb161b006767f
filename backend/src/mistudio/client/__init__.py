"""miStudio from Python: `mistudio.Client`.

client = mistudio.Client()
dataset = client.datasets.download("roneneldan/TinyStories", split="validation").wait()
tokenization = dataset.tokenize("gpt2", packing={"context_size": 128}).wait()
tokenization.load()["validation"]
"""

from mistudio.client.client import Client
from mistudio.client.datasets import Dataset
from mistudio.client.pending import Pending
from mistudio.client.recipes import Reproduced
from mistudio.client.tokenizations import Export, Tokenization

__all__ = ["Client", "Dataset", "Export", "Pending", "Reproduced", "Tokenization"]
