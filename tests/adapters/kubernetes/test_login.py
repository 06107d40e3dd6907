"""The command that logs in again, by what the kubeconfig gets its credentials from."""

import pytest

from hotfix.adapters.kubernetes.api.kubeconfig import login_command

KUBECONFIG = """
current-context: production
contexts:
- {{name: production, context: {{cluster: c, user: u}}}}
clusters:
- {{name: c, cluster: {{server: "https://127.0.0.1:1"}}}}
users:
- name: u
  user: {user}
"""


@pytest.mark.parametrize(
    ("user", "command"),
    [
        ("{exec: {command: aws}}", "aws sso login"),
        (
            "{exec: {command: aws, env: [{name: AWS_PROFILE, value: live}]}}",
            "aws sso login --profile live",
        ),
        ("{exec: {command: /usr/bin/gke-gcloud-auth-plugin}}", "gcloud auth login"),
        ("{exec: {command: kubelogin}}", "az login"),
        ("{exec: {command: our-own}}", "kubectl --context production auth whoami"),
        ("{token: abc}", "kubectl --context production auth whoami"),
    ],
)
def test_the_plugin_tells_who_logs_in(tmp_path, user, command):
    path = tmp_path / "kubeconfig"
    path.write_text(KUBECONFIG.format(user=user))
    assert login_command(str(path), "production") == command


def test_a_kubeconfig_that_is_not_there_says_nothing(tmp_path):
    assert login_command(str(tmp_path / "none"), None) == "kubectl auth whoami"
