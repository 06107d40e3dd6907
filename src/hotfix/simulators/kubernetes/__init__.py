"""A simulated Kubernetes: API server, deployment controller and kubelet on the world's timeline."""

from hotfix.simulators.kubernetes.kubeconfig import kubeconfig_text
from hotfix.simulators.kubernetes.pod_runner import PodRunner
from hotfix.simulators.kubernetes.service import KubernetesService

__all__ = ["KubernetesService", "PodRunner", "kubeconfig_text"]
