"""The tables."""

from mistudio.db.models.base import Base
from mistudio.db.models.dataset import Dataset
from mistudio.db.models.installation import Installation
from mistudio.db.models.job import Job, JobEvent
from mistudio.db.models.tokenization import Tokenization

__all__ = ["Base", "Dataset", "Installation", "Job", "JobEvent", "Tokenization"]
