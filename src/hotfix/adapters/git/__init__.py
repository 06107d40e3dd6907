"""The operator's clone, through GitPython; git itself does the work, under a deadline."""
