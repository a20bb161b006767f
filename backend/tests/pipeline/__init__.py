"""The pipeline, a module a file."""

from hypothesis import HealthCheck, settings

# A deadline would fail on a busy machine; files may be written over, so one directory serves all examples.
settings.register_profile("files", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("files")
