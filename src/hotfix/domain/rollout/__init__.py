"""A rollout: what is seen of it, how it is judged, what is asked about it, what proves it."""
