"""What is put around a step: a step itself, under the name of the one inside.

A wrapper knows steps by their protocol alone.
"""
