"""Answers that several questions offer, so that one thing is called by one name."""

from hotfix.domain.question import Option, Then

#: where something is wrong with the fix: the tests, the checks or the review say so
FIX_AGAIN = Option(
    "fix",
    "Fix again: edit and save, then it is tested and checked anew",
    Then.GO_BACK,
    "await_the_fix",
)
#: where it is asked whether the change is the fix
NOT_YET = Option("back", "Not yet: I go on editing the fix", Then.GO_BACK, "await_the_fix")
#: in a rollback that is not well
STOP_HERE = Option("stop", "Stop here; production stays as it is now", then=Then.STOP)
