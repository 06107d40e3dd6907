"""The way to the API server: where it is, who we are, requests, and its answers in our words."""
