"""What a clone says of itself: pure functions over a read-only view of its tracked files.

One file a kind. Nothing here runs, sends or writes anything, and nothing that is read is believed
to be what it should be: a file may be huge, broken, or made to be read wrongly.
"""
