import pytest
from tests.adapters.running_services import RunningServices
from tests.memory_clock import MemoryClock

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.simulators.server import Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.timeline import Timeline

TOKEN = "xoxb-drill-only"


@pytest.fixture(scope="module")
def services():
    with RunningServices() as running:
        yield running


@pytest.fixture
def received():
    return Received()


@pytest.fixture
def clock():
    return MemoryClock()


@pytest.fixture
def slack(services, received, clock):
    return services.start(SlackService(Timeline(clock), received, token=TOKEN))


@pytest.fixture
def channel(slack):
    return SlackChannel(TOKEN, "#engineering", slack.base_url)
