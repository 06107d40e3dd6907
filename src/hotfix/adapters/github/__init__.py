"""GitHub, spoken to with PyGithub; nothing outside this package knows the library."""
