"""The programs that we run: started, watched, and ended in one way; no tool has another one."""
