"""The team's Slack channel (slack_sdk): one message a run, kept up to date, and its thread."""

from hotfix.adapters.slack_channel.channel import SlackChannel

__all__ = ["SlackChannel"]
