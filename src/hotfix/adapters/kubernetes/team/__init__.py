"""What the team shares through the cluster: the lock, and the record of every run."""
