"""How the name of a step is said to a person."""

# Whose name says what it is among the steps, and not what is done.
_SAID = {
    "commit_the_rest": "commit the fix",
    "list_the_ride_along": "look at what else would ship",
}


def step_words(name: str) -> str:
    """Return the name of a step as words, such as ``await the fix``."""
    return _SAID.get(name, name).replace("_", " ")
