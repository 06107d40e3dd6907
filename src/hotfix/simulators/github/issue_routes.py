"""Issues, their comments, and labels."""

from hotfix.simulators.github.call import (
    Call,
    Reply,
    Route,
    invalid,
    page_of,
    text_of,
    texts_of,
)
from hotfix.simulators.github.records import Issue
from hotfix.simulators.github.routes import Routes


class IssueRoutes(Routes):
    """Answers about issues and labels; what holds for an issue holds for a pull request, too."""

    def routes(self, repo: str) -> list[Route]:
        """Return the routes; ``repo`` is the path's beginning."""
        one, area = f"{repo}/issues/{{number}}", "issues"
        return [
            Route("GET", "/search/issues", self._search, area),
            Route("GET", f"{repo}/issues", self._list, area),
            Route("POST", f"{repo}/issues", self._open, area),
            Route("GET", one, self._get, area),
            Route("PATCH", one, self._edit, area),
            Route("GET", f"{one}/comments", self._comments, area),
            Route("POST", f"{one}/comments", self._comment, area),
            Route("POST", f"{one}/labels", self._put_labels, area),
            Route("GET", f"{repo}/labels", self._labels, area),
            Route("POST", f"{repo}/labels", self._create_label, area),
        ]

    def _issue(self, call: Call) -> Issue:
        return self.hosted.issue(call.number())

    def _list(self, call: Call) -> Reply:
        state = call.query.get("state", "open")
        wanted = {name for name in call.query.get("labels", "").split(",") if name}
        found = [
            issue
            for issue in self.hosted.issues.values()
            if (state == "all" or issue.is_open == (state == "open"))
            and wanted <= set(issue.labels)
        ]
        found.sort(
            key=lambda issue: issue.number,
            reverse=call.query.get("direction", "desc") == "desc",
        )
        return page_of(call, [self.answers.issue(issue) for issue in found])

    def _search(self, call: Call) -> Reply:
        """Find issues by the words of the query; its qualifiers are read as far as needed."""
        words, _, quoted = call.query.get("q", "").partition('"')
        wanted = [word.lower() for word in words.split() if ":" not in word]
        if quoted:
            wanted.append(quoted.rpartition('"')[0].lower())
        found = [
            self.answers.issue(issue) | {"score": 1.0}
            for issue in reversed(self.hosted.issues.values())
            if all(word in f"{issue.title}\n{issue.body}".lower() for word in wanted)
        ]
        if "is:issue" in words.split():
            found = [issue for issue in found if "pull_request" not in issue]
        reply = page_of(call, found, "items")
        reply.body.update(incomplete_results=False, search_type="lexical")
        return reply

    def _open(self, call: Call) -> Reply:
        title, body = text_of(call, "title", "Issue"), str(call.body.get("body") or "")
        issue = self.hosted.open_issue(title, body, call.login)
        self.hosted.put_labels(issue, texts_of(call, "labels"))
        return Reply(self.answers.issue(issue), 201)

    def _get(self, call: Call) -> Reply:
        return Reply(self.answers.issue(self._issue(call)))

    def _edit(self, call: Call) -> Reply:
        issue = self._issue(call)
        if call.body.get("state") in {"open", "closed"}:
            self.hosted.set_open(issue, is_open=call.body["state"] == "open")
        issue.title = str(call.body.get("title", issue.title))
        issue.body = str(call.body.get("body", issue.body))
        return Reply(self.answers.issue(issue))

    def _comments(self, call: Call) -> Reply:
        number = self._issue(call).number
        found = [comment for comment in self.hosted.comments if comment.number == number]
        return page_of(call, [self.answers.comment(comment) for comment in found])

    def _comment(self, call: Call) -> Reply:
        body = text_of(call, "body", "IssueComment")
        comment = self.hosted.comment(self._issue(call).number, call.login, body)
        return Reply(self.answers.comment(comment), 201)

    def _put_labels(self, call: Call) -> Reply:
        issue = self._issue(call)
        self.hosted.put_labels(issue, texts_of(call, "labels"))
        return Reply(self.answers.labels(issue))

    def _labels(self, call: Call) -> Reply:
        return page_of(call, [self.answers.label(it) for it in self.hosted.labels.values()])

    def _create_label(self, call: Call) -> Reply:
        name = text_of(call, "name", "Label")
        if name.lower() in self.hosted.labels:
            raise invalid("Label", field_name="name", code="already_exists")
        color = str(call.body.get("color") or "ededed").lower()
        if len(color) != 6 or not set(color) <= set("0123456789abcdef"):
            raise invalid("Label", field_name="color", code="invalid")
        label = self.hosted.add_label(name, color, str(call.body.get("description") or ""))
        return Reply(self.answers.label(label), 201)
