"""Words in, exit code out. The only place for typer."""
