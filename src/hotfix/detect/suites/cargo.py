"""Rust: ``cargo test``."""

from hotfix.detect.suites.suite import Clone, Suite


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a crate or of a workspace."""
    if not clone.path(folder, "Cargo.toml") or folder.rpartition("/")[2] == "fuzz":
        return None
    manifest = clone.toml(folder, "Cargo.toml")
    is_workspace = "workspace" in manifest
    # Without it, a workspace that is a crate itself would test that one alone.
    run = "cargo test --workspace" if is_workspace and "package" in manifest else "cargo test"
    return Suite("cargo", folder, run, clone.path(folder, "Cargo.toml"), is_workspace)
