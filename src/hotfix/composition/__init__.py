"""The only room that names real tools: from configuration to ports.

Each library is imported in the property that needs it, so that a command pays for what it uses.
"""
