"""``python -m hotfix``: the command, where its script is not on the path."""

from hotfix.cli.entry import main

if __name__ == "__main__":
    main()
