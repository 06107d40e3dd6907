"""Events into something to look at: terminal, text, markdown, JSON. The only place for rich."""
