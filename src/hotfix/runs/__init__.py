"""What a command does with a run: open it, resume it, roll it back, take it over, walk it.

Words in and exit codes out are the command line's; nothing here knows a flag's name or a terminal
library.
"""
