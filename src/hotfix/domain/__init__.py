"""What a hotfix is, in the standard library alone: no clock, no files, no network, no libraries.

Everything here is a frozen record or a pure function of records. If a line needs to know the
time, it is handed the time; if it needs the outside world, it belongs to a step.
"""
