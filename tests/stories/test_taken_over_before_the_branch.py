"""A laptop dies before the branch is cut; the colleague's choice of folder is what counts."""

from tests.stories.commands import START, commands
from tests.stories.test_the_takeover import Noor


def test_the_branch_is_cut_beside_where_the_colleague_said_so(tmp_path):
    with commands(tmp_path / "world") as at:
        # Every later write of the record is refused, so that it stays where it was then.
        stop = at.world.kubernetes.denied

        def shared(event):
            if event["step"] == "record_the_healthy_state" and event["type"] == "step_started":
                stop.add("update configmaps")
            return event["step"] == "await_the_fix"

        assert at.killed(*START, when=shared)
        stop.clear()
        noor = Noor(at)
        (noor.clone / "mine.txt").write_text("half a thought\n")
        refused = noor.run("takeover", "checkout", "--yes")
        assert refused.returncode == 1
        assert "uncommitted work" in refused.stderr
        with noor.begin("takeover", "checkout", "--yes", "--json", "--worktree") as process:
            for line in process.stdout:
                if '"await_the_fix"' in line and '"step_waiting"' in line:
                    break
            process.kill()
        assert noor.clone.with_name("webrana-checkout-returns-500").is_dir()
        assert set(at.world.origin.branches()) == {
            "main",
            "hotfix/production",
            "hotfix/checkout-returns-500",
        }
