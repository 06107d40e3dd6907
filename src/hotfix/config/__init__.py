"""``hotfix.toml``: its shape, how it is found and read, and what is said when it is wrong."""
