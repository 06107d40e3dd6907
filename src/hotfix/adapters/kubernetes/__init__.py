"""The cluster, by plain requests through the official ``kubernetes`` client.

Answers stay dictionaries: the client's typed models would cost half a second of a command.
"""

from hotfix.adapters.kubernetes.deployments import KubernetesDeployments
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming

__all__ = ["KubernetesDeployments", "Naming"]
