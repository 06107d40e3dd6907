"""All ports, as a step is handed them.

They are named here and imported where they are used: a command pays for what it walks.
"""

from typing import TYPE_CHECKING

from hotfix.domain.frozen import frozen

if TYPE_CHECKING:
    from hotfix.ports.clock import Clock
    from hotfix.ports.cluster import Cluster
    from hotfix.ports.event_receiver import EventReceiver
    from hotfix.ports.image_digests import ImageDigests
    from hotfix.ports.leftovers import Leftovers
    from hotfix.ports.messenger import Messenger
    from hotfix.ports.notifier import Notifier
    from hotfix.ports.pager import Pager, PagerEvents, Sent
    from hotfix.ports.prober import Prober
    from hotfix.ports.pull_requests import PullRequests
    from hotfix.ports.readiness import Readiness
    from hotfix.ports.remarks import Remarks
    from hotfix.ports.repository import Repository
    from hotfix.ports.shared_records import SharedRecords
    from hotfix.ports.signals import Signals
    from hotfix.ports.status_page import StatusPage
    from hotfix.ports.suite_runner import SuiteRunner
    from hotfix.ports.tickets import Tickets
    from hotfix.ports.workflow_runs import WorkflowRuns


@frozen
class Ports:
    """The outside world of one run. None: not configured, and the steps say so and go on."""

    clock: "Clock"
    signals: "Signals"
    repository: "Repository"
    suites: "SuiteRunner"
    pull_requests: "PullRequests"
    workflow_runs: "WorkflowRuns"
    tickets: "Tickets"
    prober: "Prober"
    readiness: "Readiness"
    cluster: "Cluster | None" = None
    shared_records: "SharedRecords | None" = None
    image_digests: "ImageDigests | None" = None
    messenger: "Messenger | None" = None
    remarks: "Remarks | None" = None
    status_page: "StatusPage | None" = None
    pager: "Pager | None" = None
    pager_events: "PagerEvents | None" = None
    sent_to_pager: "Sent | None" = None
    leftovers: "Leftovers | None" = None
    receivers: "tuple[EventReceiver, ...]" = ()
    notifiers: "tuple[Notifier, ...]" = ()
