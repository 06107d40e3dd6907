"""Who is signed in, the repository, its collaborators, branches, references and commits."""

from hotfix.simulators.git_origin import OriginError
from hotfix.simulators.github import shapes
from hotfix.simulators.github.call import (
    Call,
    Reply,
    Route,
    not_found,
    page_of,
    refused,
    text_of,
)
from hotfix.simulators.github.routes import Routes

_HEADS = "refs/heads/"


class RepositoryRoutes(Routes):
    """Answers about the repository itself."""

    def routes(self, repo: str) -> list[Route]:
        """Return the routes; the more special ones come first. ``repo`` is the path's beginning."""
        return [
            Route("GET", "/user", self._user, "user"),
            Route("GET", repo, self._repository),
            Route("GET", f"{repo}/collaborators/{{login}}/permission", self._permission),
            Route("GET", f"{repo}/collaborators/{{login}}", self._is_collaborator),
            Route("GET", f"{repo}/rules/branches/{{branch:path}}", self._rules),
            Route("GET", f"{repo}/branches/{{branch:path}}/protection", self._protection),
            Route("GET", f"{repo}/branches/{{branch:path}}", self._branch),
            Route("GET", f"{repo}/git/ref/heads/{{branch:path}}", self._reference),
            Route("POST", f"{repo}/git/refs", self._create_reference, "contents"),
            Route("GET", f"{repo}/compare/{{range:path}}", self._compare),
        ]

    def commit_route(self, repo: str) -> Route:
        """Return the route of a commit, which must come after those of its checks."""
        return Route("GET", f"{repo}/commits/{{ref:path}}", self._commit)

    def _user(self, call: Call) -> Reply:
        return Reply(self.answers.user(call.login) | shapes.rest_of_signed_in_user())

    def _repository(self, call: Call) -> Reply:
        return Reply(self.answers.repository(call.login))

    def _permission(self, call: Call) -> Reply:
        login = call.path["login"]
        found = self.hosted.permissions.get(login, "none")
        user = self.answers.user(login) | {"role_name": found}
        return Reply({"permission": found, "role_name": found, "user": user})

    def _is_collaborator(self, call: Call) -> Reply:
        if call.path["login"] not in self.hosted.permissions:
            raise not_found()
        return Reply(None, 204)

    def _rules(self, call: Call) -> Reply:
        protection = self.hosted.protections.get(call.path["branch"])
        return page_of(call, self.answers.rules(protection) if protection else [])

    def _branch(self, call: Call) -> Reply:
        return Reply(self.answers.branch(call.path["branch"], self._sha(call, "Branch not found")))

    def _protection(self, call: Call) -> Reply:
        self._sha(call, "Branch not found")
        if not self.hosted.is_admin(call.login):
            raise not_found()
        branch = call.path["branch"]
        protection = self.hosted.protections.get(branch)
        if protection is None or protection.by_ruleset:
            raise not_found("Branch not protected")
        return Reply(self.answers.protection(branch, protection))

    def _reference(self, call: Call) -> Reply:
        return Reply(self.answers.reference(call.path["branch"], self._sha(call, "Not Found")))

    def _create_reference(self, call: Call) -> Reply:
        reference, sha = text_of(call, "ref", "Reference"), text_of(call, "sha", "Reference")
        if not reference.startswith(_HEADS):
            raise refused(422, "Reference name must start with 'refs/' and contain a '/'.")
        if not self.hosted.origin.has_commit(sha):
            raise refused(422, "Object does not exist")
        branch = reference.removeprefix(_HEADS)
        if self.hosted.origin.commit_of(branch) is not None:
            raise refused(422, "Reference already exists")
        try:
            self.hosted.origin.create_branch(branch, sha)
        except OriginError as error:
            raise refused(422, "Reference update failed") from error
        self.pushes.notice()
        return Reply(self.answers.reference(branch, sha), 201)

    def _commit(self, call: Call) -> Reply:
        return Reply(self.answers.commit(self.hosted.origin.commit(self._known(call.path["ref"]))))

    def _compare(self, call: Call) -> Reply:
        old, dots, new = call.path["range"].partition("...")
        if not dots:
            raise not_found()
        base, head = self._known(old), self._known(new)
        origin, answer = self.hosted.origin, self.answers.commit
        ahead, behind = origin.commits_between(base, head), origin.commits_between(head, base)
        page = f"{self.answers.page}/compare/{call.path['range']}"
        status = "diverged" if ahead and behind else "ahead" if ahead else "behind"
        compared = {
            "url": call.url,
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merge_base_commit": answer(origin.commit(origin.merge_base(base, head))),
            "status": status if ahead or behind else "identical",
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "base_commit": answer(origin.commit(base)),
            "commits": [answer(commit) for commit in ahead],
            "files": [],
        }
        return Reply(compared)

    def _sha(self, call: Call, message: str) -> str:
        sha = self.hosted.origin.commit_of(call.path["branch"])
        if sha is None:
            raise not_found(message)
        return sha

    def _known(self, name: str) -> str:
        """Return the commit that a branch or a SHA names."""
        sha = self.hosted.origin.commit_of(name.removeprefix("heads/"))
        if sha is not None:
            return sha
        is_sha = len(name) == 40 and set(name) <= set("0123456789abcdef")
        if not is_sha or not self.hosted.origin.has_commit(name):
            raise refused(422, f"No commit found for SHA: {name}")
        return name
