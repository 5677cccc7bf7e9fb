"""Property tests have no deadline an example: a lexicon loads in the first one, and the machine may be busy."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
