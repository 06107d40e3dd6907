"""The ports on real tools: one file, one library, named by what it really is.

An adapter translates: arguments into the library's calls, answers into the port's records, and
the library's exceptions into a ``Problem`` or a temporary trouble. It decides nothing.
"""
