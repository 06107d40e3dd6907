"""hotfix: from "checkout returns 500" to a fix verified in production, and back again."""

__version__ = "0.1.0"
