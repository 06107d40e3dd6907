"""GitHub, spoken to with PyGithub; nothing outside this package knows the library.

A ``path`` is that of a repository, ``/repos/owner/name``, where nothing else is said of it.
"""
