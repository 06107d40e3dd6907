"""The steps of a hotfix: one file, one step, one sentence.

A step gets facts and ports and returns an outcome. It never sleeps, prints or reads a clock, has
at most one outside effect, and where it has one it also says what evidence that effect leaves.
"""
