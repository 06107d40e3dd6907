"""Going back: what a rollback would meet, what the cluster keeps to go back to, and the patches."""
