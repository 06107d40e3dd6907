"""The journal as files: one folder a run, one JSON object a line."""
